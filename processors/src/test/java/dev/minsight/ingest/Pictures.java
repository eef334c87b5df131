package dev.minsight.ingest;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/** Small pictures made in code; each seed another content. */
final class Pictures {

  private Pictures() {}

  static byte[] png(long seed) {
    return encode("png", seed, 16);
  }

  static byte[] jpeg(long seed) {
    return encode("jpg", seed, 64);
  }

  static byte[] truncated(byte[] picture) {
    return Arrays.copyOf(picture, picture.length / 2);
  }

  /** A PNG of a few bytes whose header claims 40,000 by 40,000 pixels. */
  static byte[] bomb() {
    byte[] png = png(1);
    ByteBuffer header = ByteBuffer.wrap(png);
    header.putInt(16, 40_000).putInt(20, 40_000);
    CRC32 crc = new CRC32();
    crc.update(png, 12, 17);
    header.putInt(29, (int) crc.getValue());
    return png;
  }

  /** A PNG whose pixel data is overwritten with noise. */
  static byte[] corrupt() {
    byte[] png = encode("png", 2, 64);
    byte[] noise = new byte[png.length - 100];
    new Random(3).nextBytes(noise);
    System.arraycopy(noise, 0, png, 60, noise.length);
    return png;
  }

  private static byte[] encode(String format, long seed, int side) {
    Random random = new Random(seed);
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        image.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ImageIO.write(image, format, bytes);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
