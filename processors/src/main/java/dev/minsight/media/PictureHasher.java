package dev.minsight.media;

import dev.minsight.support.RetryableException;
import dev.minsight.support.UnprocessableMediaException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Hashes what a picture shows, as Python's libraries do: stored pixels, first frame. */
public final class PictureHasher {

  private final ImageDecoder decoder;

  /**
   * @param decoder whose limits and pixel budget apply
   */
  public PictureHasher(ImageDecoder decoder) {
    this.decoder = decoder;
  }

  /**
   * What was found; all in lower-case hex.
   *
   * @param sha512 of the pixels in the picture's own mode, equal to Pillow's {@code tobytes} where
   *     both decode alike
   * @param averageHash 16 digits
   * @param differenceHash 16 digits
   * @param perceptualHash 16 digits
   */
  public record Hashes(
      String sha512, String averageHash, String differenceHash, String perceptualHash) {}

  /**
   * Hashes a picture.
   *
   * @param file the picture
   * @param type what {@link MediaSniffer} made of it
   * @return its hashes
   * @throws UnprocessableMediaException if it cannot be decoded
   * @throws RetryableException if it cannot be read, or needs ffmpeg and there is none
   */
  public Hashes of(Path file, MediaType type) {
    Pixels pixels = new Pixels(FileDigest.begin("SHA-512"));
    decoder.readAsPillow(file, type, pixels::in);
    Pixels grey = pixels;
    if (pixels.grey == null) {
      // Indexes say nothing about brightness: once more, for their colours.
      grey = new Pixels(null);
      decoder.readStored(file, type, grey.in(PixelMode.RGB));
    }
    return new Hashes(
        HexFormat.of().formatHex(pixels.digest.digest()),
        PerceptualHash.average(grey.grey, grey.width, grey.height),
        PerceptualHash.difference(grey.grey, grey.width, grey.height),
        PerceptualHash.frequencies(grey.grey, grey.width, grey.height));
  }

  /** Digests rows on their way and keeps their brightness. */
  private static final class Pixels implements RowSink {
    private final MessageDigest digest;
    private PixelMode mode;
    private byte[] packed;
    private byte[] grey;
    private int width;
    private int height;
    private int rows;

    /**
     * @param digest null if not wanted
     */
    Pixels(MessageDigest digest) {
      this.digest = digest;
    }

    RowSink in(PixelMode theMode) {
      mode = theMode;
      return this;
    }

    @Override
    public void start(int theWidth, int theHeight) {
      width = theWidth;
      height = theHeight;
      packed = new byte[width * 4];
      grey = mode == PixelMode.PALETTE ? null : new byte[Math.multiplyExact(width, height)];
    }

    @Override
    public void row(byte[] row) {
      if (digest != null) {
        digest.update(packed, 0, mode.pack(row, width, packed));
      }
      if (grey != null) {
        int at = rows++ * width;
        for (int x = 0; x < width; x++) {
          grey[at + x] = (byte) mode.luma(row, x);
        }
      }
    }
  }
}
