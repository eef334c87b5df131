package dev.minsight.bench;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Many photos out of a few: each copy is a content of its own and costs exactly as much to decode.
 *
 * <p>In a JPEG the quantisation step of the highest frequency is set to the number of the copy. It
 * is part of what the server takes for the identity of a picture, while that coefficient is zero in
 * nearly every block, so the pixels stay what they were. Other formats get one other pixel.
 */
final class Photos {

  /** A quantisation step is a byte and not zero. */
  static final int MOST_COPIES = 255;

  private static final int DQT = 0xdb;
  private static final int SOS = 0xda;

  /** Older than the server doubts a file's time stamp: such files need not come to rest first. */
  private static final Duration AGE = Duration.ofHours(1);

  private Photos() {}

  /** All pictures below some folders, in the order of their names. */
  static List<Path> below(Path... folders) throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path folder : folders) {
      try (Stream<Path> files = Files.walk(folder)) {
        files
            .filter(file -> file.toString().matches("(?i).*\\.(jpe?g|png)"))
            .sorted()
            .forEach(found::add);
      }
    }
    return found;
  }

  /**
   * Writes copies of photos, going round until there are enough.
   *
   * @param photos to be copied
   * @param count how many copies in all
   * @param firstCopy number of the first round; another one gives other contents
   * @param folder where
   */
  static void copies(List<Path> photos, int count, int firstCopy, Path folder) throws IOException {
    Files.createDirectories(folder);
    for (int i = 0; i < count; i++) {
      Path photo = photos.get(i % photos.size());
      int copy = firstCopy + i / photos.size();
      if (copy > MOST_COPIES) {
        throw new IllegalArgumentException("at most " + MOST_COPIES + " copies of a photo");
      }
      String name = photo.getFileName().toString();
      write(folder.resolve("%05d-%s".formatted(i, name)), changed(photo, copy));
    }
  }

  /**
   * Writes tiny pictures that all differ: 16 x 16, the number spelled by the colours.
   *
   * @param count how many
   * @param folder where
   */
  static void tiny(int count, Path folder) throws IOException {
    Files.createDirectories(folder);
    for (int i = 0; i < count; i++) {
      BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
      for (int pixel = 0; pixel < 256; pixel++) {
        image.setRGB(pixel % 16, pixel / 16, i * 2654435 + pixel * 77);
      }
      write(folder.resolve("tiny-%05d.png".formatted(i)), png(image));
    }
  }

  /**
   * @param shared folder of test media
   * @return a photo of somebody, or null if the media are not there
   */
  static Path portrait(Path shared) throws IOException {
    Path people = shared.resolve("media/people");
    return Files.isDirectory(people) ? below(people.resolve("obama")).get(0) : null;
  }

  /**
   * Makes a JPEG of 12 megapixels: smooth with some noise, so that it is as large as a photo.
   *
   * @param number another one gives another picture
   * @param folder where
   * @return the file
   */
  static Path large(int number, Path folder) throws IOException {
    BufferedImage image = new BufferedImage(4000, 3000, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setPaint(new GradientPaint(0, 0, Color.ORANGE, 4000, 3000, Color.BLUE));
    graphics.fillRect(0, 0, 4000, 3000);
    graphics.dispose();
    Random random = new Random(number);
    for (int y = 0; y < 3000; y++) {
      for (int x = 0; x < 4000; x++) {
        image.setRGB(x, y, image.getRGB(x, y) ^ random.nextInt(32) * 0x010101);
      }
    }
    Path file = folder.resolve("photo-" + number + ".jpg");
    ImageIO.write(image, "jpg", file.toFile());
    return file;
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(AGE)));
  }

  private static byte[] changed(Path photo, int copy) throws IOException {
    byte[] bytes = Files.readAllBytes(photo);
    if ((bytes[0] & 0xff) == 0xff && (bytes[1] & 0xff) == 0xd8) {
      bytes[lastStep(bytes, photo)] = (byte) copy;
      return bytes;
    }
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(bytes));
    image.setRGB(0, 0, 0xff000000 | copy * 0x010203);
    return png(image);
  }

  /** Offset of the highest frequency's step in the first quantisation table of eight bits. */
  private static int lastStep(byte[] jpeg, Path photo) {
    int at = 2;
    while (at + 4 < jpeg.length && (jpeg[at + 1] & 0xff) != SOS) {
      if ((jpeg[at + 1] & 0xff) == DQT && jpeg[at + 4] >> 4 == 0) {
        return at + 4 + 64;
      }
      at += 2 + ((jpeg[at + 2] & 0xff) << 8 | jpeg[at + 3] & 0xff);
    }
    throw new IllegalArgumentException(photo + " has no quantisation table of eight bits");
  }

  private static byte[] png(BufferedImage image) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    return out.toByteArray();
  }
}
