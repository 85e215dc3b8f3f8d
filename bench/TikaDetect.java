import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.tika.Tika;

/** Reads paths from standard input and prints the media type of each, one a line, in one JVM. */
public final class TikaDetect {
    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        // Whatever the parsers print must not shift the answers.
        System.setOut(System.err);
        Tika tika = new Tika();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String answer;
            try {
                answer = tika.detect(Path.of(line));
            } catch (Exception | Error error) {
                answer = "";
            }
            out.println(answer);
        }
    }
}
