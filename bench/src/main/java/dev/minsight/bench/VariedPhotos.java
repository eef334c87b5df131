package dev.minsight.bench;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * Many photos out of a few that differ as those of an album do: another crop, another JPEG quality,
 * another time in the metadata. The same number gives the same photos.
 */
final class VariedPhotos {

  private static final double LEAST_SIDE = 0.8;
  private static final float LEAST_QUALITY = 0.6f;
  private static final float MOST_QUALITY = 0.95f;
  private static final LocalDateTime FIRST_DAY = LocalDateTime.of(2020, 1, 1, 9, 0);
  private static final DateTimeFormatter EXIF_TIME =
      DateTimeFormatter.ofPattern("yyyy:MM:dd HH:mm:ss");

  private VariedPhotos() {}

  /**
   * Writes variants, going round the originals until there are enough.
   *
   * @param originals pictures that ImageIO reads
   * @param count how many variants in all
   * @param folder where
   */
  static void write(List<Path> originals, int count, Path folder) throws IOException {
    Files.createDirectories(folder);
    int rounds = (count + originals.size() - 1) / originals.size();
    int written = 0;
    for (Path original : originals) {
      BufferedImage image = opaque(ImageIO.read(original.toFile()));
      for (int round = 0; round < rounds && written < count; round++) {
        Random random = new Random(written);
        byte[] jpeg = jpeg(crop(image, random), quality(random));
        Path file = folder.resolve("%05d-%s.jpg".formatted(written, plain(original)));
        Files.write(file, withTime(jpeg, FIRST_DAY.plusMinutes(17L * written)));
        written++;
      }
    }
  }

  private static String plain(Path file) {
    return file.getFileName().toString().replaceFirst("\\.[^.]*$", "");
  }

  private static float quality(Random random) {
    return LEAST_QUALITY + random.nextFloat() * (MOST_QUALITY - LEAST_QUALITY);
  }

  private static BufferedImage opaque(BufferedImage image) {
    BufferedImage opaque =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
    opaque.createGraphics().drawImage(image, 0, 0, null);
    return opaque;
  }

  private static BufferedImage crop(BufferedImage image, Random random) {
    int width = side(image.getWidth(), random);
    int height = side(image.getHeight(), random);
    int left = random.nextInt(image.getWidth() - width + 1);
    int top = random.nextInt(image.getHeight() - height + 1);
    return opaque(image.getSubimage(left, top, width, height));
  }

  private static int side(int whole, Random random) {
    return (int) Math.ceil(whole * (LEAST_SIDE + random.nextDouble() * (1 - LEAST_SIDE)));
  }

  private static byte[] jpeg(BufferedImage image, float quality) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam how = writer.getDefaultWriteParam();
    how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    how.setCompressionQuality(quality);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), how);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** Puts an Exif segment with DateTime (tag 0x0132, Exif 2.32 table 4) behind the JPEG's start. */
  private static byte[] withTime(byte[] jpeg, LocalDateTime time) {
    byte[] text = (EXIF_TIME.format(time) + "\0").getBytes(StandardCharsets.US_ASCII);
    ByteBuffer tiff = ByteBuffer.allocate(26 + text.length).order(ByteOrder.LITTLE_ENDIAN);
    tiff.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8);
    tiff.putShort((short) 1).putShort((short) 0x0132).putShort((short) 2).putInt(text.length);
    tiff.putInt(26).putInt(0).put(text);
    byte[] name = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
    ByteBuffer out = ByteBuffer.allocate(jpeg.length + 4 + name.length + tiff.capacity());
    out.put(jpeg, 0, 2).putShort((short) 0xffe1);
    out.putShort((short) (2 + name.length + tiff.capacity())).put(name).put(tiff.array());
    return out.put(jpeg, 2, jpeg.length - 2).array();
  }
}
