package dev.minsight.ml;

import dev.minsight.media.RgbImage;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.Random;

/** Pictures made in code, for machines without photos. */
final class Pictures {

  private Pictures() {}

  /** A picture with a sky, a ground and some shapes; another seed is another picture. */
  static RgbImage scene(long seed, int width, int height) {
    Random random = new Random(seed);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setPaint(
        new GradientPaint(
            random.nextInt(width),
            0,
            colour(random),
            random.nextInt(width),
            height,
            colour(random)));
    graphics.fillRect(0, 0, width, height);
    for (int i = 0; i < 12; i++) {
      graphics.setColor(colour(random));
      int w = width / 10 + random.nextInt(width / 3);
      int h = height / 10 + random.nextInt(height / 3);
      int x = random.nextInt(width) - w / 2;
      int y = random.nextInt(height) - h / 2;
      if (random.nextBoolean()) {
        graphics.fillOval(x, y, w, h);
      } else {
        graphics.fillRect(x, y, w, h);
      }
    }
    graphics.dispose();
    return SharedFiles.rgb(image);
  }

  static RgbImage plain(int width, int height, int grey) {
    byte[] pixels = new byte[width * height * 3];
    Arrays.fill(pixels, (byte) grey);
    return new RgbImage(width, height, pixels);
  }

  private static Color colour(Random random) {
    return new Color(random.nextInt(256), random.nextInt(256), random.nextInt(256));
  }
}
