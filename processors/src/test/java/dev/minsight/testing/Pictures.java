package dev.minsight.testing;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;

/** Small pictures made in code, for tests that must prove something without shared photos. */
public final class Pictures {

  private Pictures() {}

  /** Noise, the same for the same seed. */
  public static byte[] noise(String format, int width, int height, long seed) {
    Random random = new Random(seed);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    return encoded(image, format);
  }

  /** One colour all over. */
  public static byte[] plain(String format, int width, int height, int rgb) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, rgb);
      }
    }
    return encoded(image, format);
  }

  /**
   * Puts an EXIF block that holds dates behind SOI.
   *
   * @param jpeg any
   * @param dates by tag, of 19 characters; 306 belongs to the first directory
   */
  public static byte[] withDates(byte[] jpeg, Map<Integer, String> dates) {
    List<Integer> main = dates.keySet().stream().filter(tag -> tag < 0x8769).toList();
    List<Integer> sub = dates.keySet().stream().filter(tag -> tag > 0x8769).toList();
    int subAt = 8 + 2 + 12 * (main.size() + 1) + 4;
    int textAt = subAt + 2 + 12 * sub.size() + 4;
    ByteBuffer tiff = ByteBuffer.allocate(textAt + 20 * dates.size());
    tiff.put("MM\0*".getBytes(StandardCharsets.ISO_8859_1)).putInt(8);
    tiff.putShort((short) (main.size() + 1));
    int text = textAt;
    for (int tag : main) {
      tiff.putShort((short) tag).putShort((short) 2).putInt(20).putInt(text);
      tiff.put(text, dates.get(tag).getBytes(StandardCharsets.US_ASCII));
      text += 20;
    }
    tiff.putShort((short) 0x8769).putShort((short) 4).putInt(1).putInt(subAt).putInt(0);
    tiff.putShort((short) sub.size());
    for (int tag : sub) {
      tiff.putShort((short) tag).putShort((short) 2).putInt(20).putInt(text);
      tiff.put(text, dates.get(tag).getBytes(StandardCharsets.US_ASCII));
      text += 20;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 2);
    out.writeBytes(new byte[] {(byte) 0xff, (byte) 0xe1, 0, (byte) (2 + 6 + tiff.capacity())});
    out.writeBytes("Exif\0\0".getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(tiff.array());
    out.write(jpeg, 2, jpeg.length - 2);
    return out.toByteArray();
  }

  public static Path write(Path file, byte[] bytes) {
    try {
      Files.createDirectories(file.getParent());
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] encoded(BufferedImage image, String format) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, out)) {
        throw new IllegalArgumentException("no writer for " + format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
