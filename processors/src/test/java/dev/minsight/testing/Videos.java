package dev.minsight.testing;

import dev.minsight.media.Ffmpeg;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Videos made on the spot, each with bytes of its own. */
public final class Videos {

  /** One for all tests: unpacking it takes a while. */
  public static final Ffmpeg FFMPEG =
      new Ffmpeg(Path.of("target", "tools"), Duration.ofSeconds(60));

  private static final AtomicLong SEEDS = new AtomicLong(System.nanoTime());

  private Videos() {}

  /** A test picture that moves, 25 frames a second, with a tone. */
  public static Path withSound(Path file, int width, int height, int seconds) {
    List<String> arguments = picture(width, height, seconds);
    arguments.addAll(List.of("-f", "lavfi", "-i", "sine=frequency=440:duration=" + seconds));
    arguments.addAll(List.of("-c:a", "aac", "-b:a", "64k"));
    return write(arguments, file);
  }

  /** The same without a tone. */
  public static Path silent(Path file, int width, int height, int seconds) {
    return write(picture(width, height, seconds), file);
  }

  /** The bytes of a silent one. */
  public static byte[] bytes(int width, int height, int seconds) {
    try {
      Path file = Files.createTempFile("minsight-video", ".mp4");
      try {
        return Files.readAllBytes(silent(file, width, height, seconds));
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> picture(int width, int height, int seconds) {
    String source = "testsrc=size=%dx%d:rate=25:duration=%d".formatted(width, height, seconds);
    return new ArrayList<>(List.of("-f", "lavfi", "-i", source));
  }

  /** Encodes what the arguments before the output say. */
  public static Path write(List<String> arguments, Path file) {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of("-c:v", "libopenh264", "-pix_fmt", "yuv420p"));
    if (!arguments.contains("-b:v")) {
      all.addAll(List.of("-b:v", "200k"));
    }
    all.addAll(List.of("-metadata", "comment=" + SEEDS.incrementAndGet(), "file:" + file));
    FFMPEG.run(all);
    return file;
  }
}
