package dev.minsight.compute.plugins;

import dev.minsight.media.Ffmpeg;
import dev.minsight.support.RetryableException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.DoubleConsumer;

/**
 * Reads what ffmpeg's {@code -progress} writes, lines of {@code key=value} that end in {@code
 * progress=}, several times a second. What the listener throws ends the encoding; so does an
 * interrupt, which reading from a pipe would not notice.
 */
final class EncodingProgress implements Ffmpeg.OutputReader {

  private static final String MICROSECONDS = "out_time_us=";

  private final DoubleConsumer seconds;

  /**
   * @param seconds is told, again and again, how much of the video is encoded
   */
  EncodingProgress(DoubleConsumer seconds) {
    this.seconds = seconds;
  }

  @Override
  public void read(InputStream stdout) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(stdout, StandardCharsets.UTF_8));
    double done = 0;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (Thread.currentThread().isInterrupted()) {
        throw new RetryableException("stopped while a video was encoded");
      }
      if (line.startsWith(MICROSECONDS)) {
        done = Math.max(done, microseconds(line.substring(MICROSECONDS.length())) / 1e6);
      } else if (line.startsWith("progress=")) {
        seconds.accept(done);
      }
    }
  }

  /** {@code N/A} before the first packet. */
  private static long microseconds(String text) {
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
  }
}
