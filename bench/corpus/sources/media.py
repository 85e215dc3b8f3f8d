"""Audio and video made by ffmpeg, which is asked for exactly this container."""

from __future__ import annotations

from collections.abc import Iterator

from bench.corpus.model import Candidate, Source, Workspace
from bench.corpus.sources.making import Step, command, steps

__all__ = ["MEDIA"]

PICTURE = "-f lavfi -i testsrc=size={size}:rate=10:duration={seconds}"
SOUND = "-f lavfi -i sine=frequency={hertz}:duration={seconds}"
VIDEO = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p"
BOTH = VIDEO + " -c:a aac"
MPEG = "-c:v mpeg2video -c:a mp2"
# name, media type, what is recorded (v, a or va), how
TABLE = (
    ("video.mp4", "video/mp4", "va", BOTH),
    ("faststart.mp4", "video/mp4", "va", BOTH + " -movflags +faststart"),
    ("fragmented.mp4", "video/mp4", "va", BOTH + " -movflags frag_keyframe+empty_moov"),
    ("dash.mp4", "video/mp4", "v", VIDEO + " -movflags dash+frag_keyframe+empty_moov+default_base_moof"),
    ("hevc.mp4", "video/mp4", "v", "-c:v libx265 -preset ultrafast -tag:v hvc1"),
    ("av1.mp4", "video/mp4", "v", "-c:v libaom-av1 -cpu-used 8 -b:v 50k"),
    ("silent.m4v", "video/mp4", "v", VIDEO + " -f mp4"),
    ("aac.m4a", "audio/mp4", "a", "-c:a aac -f ipod"),
    ("alac.m4a", "audio/mp4", "a", "-c:a alac -f ipod"),
    ("sound-only.mp4", "audio/mp4", "a", "-c:a aac"),
    ("audiobook.m4b", "audio/mp4", "a", "-c:a aac -f ipod"),
    ("clip.mov", "video/quicktime", "va", BOTH),
    ("prores.mov", "video/quicktime", "v", "-c:v prores_ks"),
    ("mjpeg.mov", "video/quicktime", "v", "-c:v mjpeg -pix_fmt yuvj420p"),
    ("phone.3gp", "video/3gpp", "va", "-c:v h263 -s 176x144 -c:a aac -ac 1"),
    ("phone-aac.3gp", "video/3gpp", "va", BOTH),
    ("phone.3g2", "video/3gpp2", "va", BOTH),
    ("film.mkv", "video/matroska", "va", BOTH),
    ("film-flac.mkv", "video/matroska", "va", "-c:v ffv1 -c:a flac"),
    ("film-av1.mkv", "video/matroska", "v", "-c:v libaom-av1 -cpu-used 8 -b:v 50k"),
    ("album.mka", "audio/matroska", "a", "-c:a flac -f matroska"),
    ("opus.mka", "audio/matroska", "a", "-c:a libopus -f matroska"),
    ("vorbis.mka", "audio/matroska", "a", "-c:a libvorbis -f matroska"),
    ("vp8.webm", "video/webm", "va", "-c:v libvpx -b:v 100k -c:a libvorbis"),
    ("vp9.webm", "video/webm", "va", "-c:v libvpx-vp9 -b:v 100k -c:a libopus"),
    ("vp9-silent.webm", "video/webm", "v", "-c:v libvpx-vp9 -b:v 100k"),
    ("sound.weba", "audio/webm", "a", "-c:a libopus -f webm"),
    ("sound-vorbis.weba", "audio/webm", "a", "-c:a libvorbis -f webm"),
    ("xvid.avi", "video/x-msvideo", "va", "-c:v mpeg4 -c:a libmp3lame"),
    ("mjpeg.avi", "video/x-msvideo", "v", "-c:v mjpeg -pix_fmt yuvj420p"),
    ("broadcast.ts", "video/mp2t", "va", MPEG),
    ("h264.ts", "video/mp2t", "va", BOTH),
    ("camera.m2ts", "video/mp2t", "va", BOTH + " -f mpegts -mpegts_m2ts_mode 1"),
    ("program.mpg", "video/mpeg", "va", MPEG + " -f mpeg"),
    ("dvd.vob", "video/mpeg", "va", MPEG + " -f vob"),
    ("elementary.m2v", "video/mpeg", "v", "-c:v mpeg2video -f mpeg2video"),
    ("flash.flv", "video/x-flv", "va", "-c:v flv1 -c:a libmp3lame -ar 44100"),
    ("flash-h264.flv", "video/x-flv", "va", BOTH),
    ("windows.wmv", "video/x-ms-wmv", "va", "-c:v wmv2 -c:a wmav2 -f asf"),
    ("windows7.wmv", "video/x-ms-wmv", "v", "-c:v wmv1 -f asf"),
    ("windows.wma", "audio/x-ms-wma", "a", "-c:a wmav2 -f asf"),
    ("windows1.wma", "audio/x-ms-wma", "a", "-c:a wmav1 -f asf"),
    ("material.mxf", "application/mxf", "v", "-r 25 -c:v mpeg2video -f mxf"),
    ("theora.ogv", "video/ogg", "va", "-c:v libtheora -c:a libvorbis"),
    ("theora-silent.ogv", "video/ogg", "v", "-c:v libtheora"),
    ("vorbis.ogg", "audio/ogg", "a", "-c:a libvorbis"),
    ("vorbis.oga", "audio/ogg", "a", "-c:a libvorbis -f oga"),
    ("voice.opus", "audio/ogg", "a", "-c:a libopus"),
    ("voice.spx", "audio/ogg", "a", "-c:a libspeex -ar 16000 -f spx"),
    ("flac.oga", "audio/ogg", "a", "-c:a flac -f oga"),
    ("flac.flac", "audio/flac", "a", "-c:a flac"),
    ("flac24.flac", "audio/flac", "a", "-c:a flac -sample_fmt s32"),
    ("tagged.mp3", "audio/mpeg", "a", "-c:a libmp3lame -id3v2_version 3 -metadata title=Harbour"),
    ("bare.mp3", "audio/mpeg", "a", "-c:a libmp3lame -id3v2_version 0 -write_xing 0"),
    ("lsf.mp3", "audio/mpeg", "a", "-c:a libmp3lame -ar 16000"),
    ("old.mp2", "audio/mp2", "a", "-c:a mp2"),
    ("pcm.wav", "audio/vnd.wave", "a", "-c:a pcm_s16le"),
    ("float.wav", "audio/vnd.wave", "a", "-c:a pcm_f32le"),
    ("mulaw.wav", "audio/vnd.wave", "a", "-c:a pcm_mulaw"),
    ("pcm.aiff", "audio/aiff", "a", "-c:a pcm_s16be"),
    ("float.aifc", "audio/aiff", "a", "-c:a pcm_f32be -f aiff"),
    ("apple.caf", "audio/x-caf", "a", "-c:a alac"),
    ("pcm.caf", "audio/x-caf", "a", "-c:a pcm_s16be"),
    ("sun.au", "audio/basic", "a", "-c:a pcm_s16be"),
    ("mulaw.snd", "audio/basic", "a", "-c:a pcm_mulaw -ar 8000 -f au"),
    ("dolby.ac3", "audio/ac3", "a", "-c:a ac3"),
    ("dolby.eac3", "audio/eac3", "a", "-c:a eac3"),
    ("digital.dts", "audio/vnd.dts", "a", "-c:a dca -strict -2 -ar 48000"),
    ("true.tta", "audio/x-tta", "a", "-c:a tta"),
    ("packed.wv", "audio/x-wavpack", "a", "-c:a wavpack"),
    ("stream.aac", "audio/aac", "a", "-c:a aac -f adts"),
    ("mono.aac", "audio/aac", "a", "-c:a aac -ac 1 -f adts"),
    ("motion.gif", "image/gif", "v", ""),
    ("motion.png", "image/apng", "v", "-plays 0 -f apng"),
    ("motion.apng", "image/apng", "v", "-f apng -plays 0 -pix_fmt rgba"),
    ("motion.webp", "image/webp", "v", "-c:v libwebp_anim"),
    ("still.avif", "image/avif", "v", "-c:v libaom-av1 -still-picture 1 -frames:v 1 -cpu-used 8"),
    ("still.jxl", "image/jxl", "v", "-c:v libjxl -frames:v 1"),
)


def _steps() -> Iterator[Step]:
    for number, (name, media_type, streams, how) in enumerate(TABLE):
        fill = {"size": f"{96 + 16 * (number % 5)}x64", "seconds": "1", "hertz": str(220 + 20 * number)}
        inputs = [text.format(**fill) for kind, text in (("v", PICTURE), ("a", SOUND)) if kind in streams]
        words = ["ffmpeg", "-nostdin", "-v", "error", "-y", *" ".join(inputs).split(), *how.split(), "-t", "1", "{}"]
        yield name, media_type, command(*words)


def _build(work: Workspace) -> Iterator[Candidate]:
    return steps(work, "ffmpeg", _steps())


MEDIA = Source(name="ffmpeg", build=_build)
