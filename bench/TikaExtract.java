import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.parser.AutoDetectParser;
import org.apache.tika.parser.ParseContext;
import org.xml.sax.helpers.DefaultHandler;

/** Parses the paths on standard input, twice in one thread, and prints the seconds of the second, warm pass. */
public final class TikaExtract {
    public static void main(String[] arguments) throws Exception {
        var out = System.out;
        System.setOut(System.err);
        List<Path> paths = new ArrayList<>();
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            paths.add(Path.of(line));
        }
        AutoDetectParser parser = new AutoDetectParser();
        long nanos = 0;
        for (int pass = 0; pass < 2; pass++) {
            long start = System.nanoTime();
            for (Path path : paths) {
                Metadata metadata = new Metadata();
                try (InputStream stream = TikaInputStream.get(path, metadata)) {
                    parser.parse(stream, new DefaultHandler(), metadata, new ParseContext());
                } catch (Exception | Error error) {
                    // A file that Tika cannot parse is part of its time.
                }
            }
            nanos = System.nanoTime() - start;
        }
        out.println(nanos / 1e9);
    }
}
