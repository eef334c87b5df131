package dev.minsight.media;

import dev.minsight.support.RetryableException;
import dev.minsight.support.UnprocessableMediaException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Refuses files that would cost more than they are worth, before any decoder sees them: a header
 * may claim any size, and a native decoder obeys neither the heap limit nor an interrupt.
 */
public final class Guard {

  private final MediaLimits limits;

  /**
   * @param limits what is acceptable
   */
  public Guard(MediaLimits limits) {
    this.limits = limits;
  }

  /**
   * Checks a file before it is processed.
   *
   * @param file the file
   * @param type what it is
   * @param facts what {@link MediaInspector} found
   * @throws UnprocessableMediaException with the reason in plain words
   */
  public void check(Path file, MediaType type, MediaFacts facts) {
    checkBytes(file);
    if (facts.width() != null && facts.height() != null) {
      checkSize(facts.width(), facts.height());
    } else if (type.isImage() && !type.mime().equals("image/svg+xml")) {
      throw new UnprocessableMediaException(
          "the file begins like " + article(type) + " but its header is damaged");
    }
    if (type.mime().equals("image/jpeg")) {
      checkScans(file);
    }
  }

  /**
   * Checks a video before it is decoded.
   *
   * @param file the file
   * @param video what it says of itself
   * @throws UnprocessableMediaException with the reason in plain words
   */
  public void check(Path file, VideoSource video) {
    checkBytes(file);
    checkSize(video.width(), video.height());
  }

  static String article(MediaType type) {
    String name = type.spokenName();
    boolean vowel = "AEFHILMNORSX".indexOf(name.charAt(0)) >= 0 && !name.startsWith("HEI");
    return (vowel ? "an " : "a ") + name;
  }

  void checkBytes(Path file) {
    try {
      long size = Files.size(file);
      if (size > limits.maxBytes()) {
        throw new UnprocessableMediaException(
            String.format(
                Locale.ROOT,
                "the file has %d bytes; the limit is %d (minsight.media.max-bytes)",
                size,
                limits.maxBytes()));
      }
    } catch (IOException e) {
      throw new RetryableException("cannot read " + file.getFileName() + ": " + e.getMessage(), e);
    }
  }

  void checkSize(int width, int height) {
    long pixels = (long) width * height;
    if (pixels > limits.maxPixels()) {
      throw new UnprocessableMediaException(
          String.format(
              Locale.ROOT,
              "the picture is %d x %d pixels (%s megapixels); the limit is %s megapixels"
                  + " (minsight.media.max-pixels)",
              width,
              height,
              megapixels(pixels),
              megapixels(limits.maxPixels())));
    }
    if (Math.max(width, height) > limits.maxSide()) {
      throw new UnprocessableMediaException(
          String.format(
              Locale.ROOT,
              "the picture is %d x %d pixels; the longest side may be %d (minsight.media.max-side)",
              width,
              height,
              limits.maxSide()));
    }
  }

  private static String megapixels(long pixels) {
    return pixels >= 10_000_000 || pixels % 1_000_000 == 0
        ? Long.toString(pixels / 1_000_000)
        : String.format(Locale.ROOT, "%.2f", pixels / 1e6);
  }

  /** Walks the JPEG once and returns what the walk saw. */
  JpegScan.Info checkScans(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      JpegScan.Info info =
          JpegScan.whole(in, limits.maxProgressiveScans(), (bytes, from, length) -> {});
      if (info.scans() > limits.maxProgressiveScans()) {
        throw new UnprocessableMediaException(
            "the JPEG has more than "
                + limits.maxProgressiveScans()
                + " progressive scans (minsight.media.max-progressive-scans)");
      }
      return info;
    } catch (IOException e) {
      throw new RetryableException("cannot read " + file.getFileName() + ": " + e.getMessage(), e);
    }
  }
}
