package dev.minsight.media;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Drains a child's standard error, so that it never blocks, and keeps the beginning. */
final class ErrorTail {

  private final InputStream stream;
  private final StringBuffer kept = new StringBuffer();
  private final int limit;
  private Thread thread;

  /**
   * @param limit how much is kept, in bytes
   */
  ErrorTail(InputStream stream, int limit) {
    this.stream = stream;
    this.limit = limit;
  }

  void start() {
    thread = new Thread(this::drain, "ffmpeg-stderr");
    thread.setDaemon(true);
    thread.start();
  }

  private void drain() {
    byte[] buffer = new byte[4096];
    try (stream) {
      for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
        if (kept.length() < limit) {
          kept.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
        }
      }
    } catch (IOException ignored) {
      // the child is gone, and with it what it had to say
    }
  }

  /**
   * @param command the child's command line, whose paths are none of the reader's business
   * @return the first lines about the file, in one line
   */
  String text(List<String> command) {
    if (thread != null) {
      try {
        thread.join(TimeUnit.SECONDS.toMillis(1));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    String text =
        kept.toString()
            .lines()
            .filter(line -> !line.isBlank() && !line.contains("no version information available"))
            .limit(3)
            .map(line -> line.replaceFirst("^\\[[^\\]]*\\]\\s*", ""))
            .collect(Collectors.joining("; "));
    for (String argument : command) {
      if (argument.startsWith("file:")) {
        text = text.replace(argument, "the file").replace(argument.substring(5), "the file");
      }
    }
    return text.isBlank() ? "it gives no reason" : text.substring(0, Math.min(300, text.length()));
  }
}
