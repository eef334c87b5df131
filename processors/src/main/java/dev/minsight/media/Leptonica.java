package dev.minsight.media;

import static org.bytedeco.leptonica.global.leptonica.L_JPEG_CONTINUE_WITH_BAD_DATA;
import static org.bytedeco.leptonica.global.leptonica.L_SEVERITY_NONE;
import static org.bytedeco.leptonica.global.leptonica.pixDestroy;
import static org.bytedeco.leptonica.global.leptonica.pixGetData;
import static org.bytedeco.leptonica.global.leptonica.pixReadMemJpeg;
import static org.bytedeco.leptonica.global.leptonica.setMsgSeverity;

import java.nio.IntBuffer;
import java.util.Optional;
import org.bytedeco.leptonica.PIX;

/**
 * JPEG through libjpeg-turbo inside leptonica: bit-identical to Pillow at full size, and able to
 * decode at 1/2, 1/4 and 1/8 by leaving out frequencies, which is both fast and free of aliasing.
 *
 * <p>Only calls with Java arrays are used: JavaCPP's own allocations refuse to work once the
 * process is larger than twice the heap, which a server with models always is.
 */
final class Leptonica {

  /** Largest compressed file that is handed over in memory, in bytes. */
  static final int MAX_COMPRESSED = 48 << 20;

  private Leptonica() {}

  /**
   * A decoded picture.
   *
   * @param image as stored, not turned
   * @param warnings how often the decoder had to guess; 0 for a sound file
   */
  record Decoded(RgbImage image, int warnings) {}

  /** Loads the library once; machines without one fall back to ImageIO. */
  private static final class Library {
    static final boolean LOADED = load();

    private static boolean load() {
      try {
        setMsgSeverity(L_SEVERITY_NONE);
        return true;
      } catch (LinkageError e) {
        System.getLogger(Leptonica.class.getName())
            .log(
                System.Logger.Level.WARNING,
                "leptonica cannot be loaded ({0}); JPEG files are decoded by slower means",
                e.getMessage());
        return false;
      }
    }
  }

  static boolean available() {
    return Library.LOADED;
  }

  /**
   * Decodes a grey or colour JPEG.
   *
   * @param jpeg the file
   * @param reduction 1, 2, 4 or 8
   * @return the picture; empty if libjpeg cannot make anything of it
   */
  static Optional<Decoded> decode(byte[] jpeg, int reduction) {
    int[] warnings = new int[1];
    PIX pix =
        pixReadMemJpeg(jpeg, jpeg.length, 0, reduction, warnings, L_JPEG_CONTINUE_WITH_BAD_DATA);
    if (pix == null || pix.isNull()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Decoded(copy(pix), warnings[0]));
    } finally {
      pixDestroy(pix);
    }
  }

  /** Leptonica keeps rows of 32-bit words: RGBA in one word, or four grey pixels, first highest. */
  private static RgbImage copy(PIX pix) {
    int width = pix.w();
    int height = pix.h();
    int words = pix.wpl();
    boolean grey = pix.d() == 8;
    IntBuffer data = pixGetData(pix).capacity((long) words * height).asBuffer();
    byte[] rgb = new byte[Math.multiplyExact(width * 3, height)];
    int[] row = new int[words];
    int out = 0;
    for (int y = 0; y < height; y++) {
      data.position(y * words);
      data.get(row);
      for (int x = 0; x < width; x++) {
        int word = grey ? (row[x >> 2] >>> (24 - 8 * (x & 3)) & 0xff) * 0x01010100 : row[x];
        rgb[out++] = (byte) (word >>> 24);
        rgb[out++] = (byte) (word >>> 16);
        rgb[out++] = (byte) (word >>> 8);
      }
    }
    return new RgbImage(width, height, rgb);
  }
}
