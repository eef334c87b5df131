package dev.minsight.ui;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Polygon;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Drawn pictures for pages that people look at: a landscape each, other for each number. */
final class Scenes {

  private static final int WIDTH = 960;
  private static final int HEIGHT = 640;

  private Scenes() {}

  static byte[] png(int number) {
    return encoded(draw(number), "png");
  }

  /** The same landscape with the losses of JPEG: a look-alike. */
  static byte[] jpeg(int number) {
    return encoded(draw(number), "jpg");
  }

  /** A photo, turned about its vertical axis: the same face in another picture. */
  static byte[] mirrored(Path photo) {
    try {
      BufferedImage seen = ImageIO.read(photo.toFile());
      BufferedImage turned =
          new BufferedImage(seen.getWidth(), seen.getHeight(), BufferedImage.TYPE_INT_RGB);
      Graphics2D pen = turned.createGraphics();
      pen.drawImage(seen, seen.getWidth(), 0, -seen.getWidth(), seen.getHeight(), null);
      pen.dispose();
      return encoded(turned, "jpg");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static BufferedImage draw(int number) {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = image.createGraphics();
    pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    float hue = number * 0.17f % 1;
    for (int y = 0; y < HEIGHT; y++) {
      float height = (float) y / HEIGHT;
      pen.setColor(Color.getHSBColor(0.55f + hue / 4, 0.55f - 0.45f * height, 0.98f));
      pen.drawLine(0, y, WIDTH, y);
    }
    pen.setColor(Color.getHSBColor(0.12f, 0.6f, 1));
    pen.fillOval(120 + number * 130 % 640, 70, 110, 110);
    for (int ridge = 0; ridge < 3; ridge++) {
      Polygon hills = new Polygon();
      hills.addPoint(0, HEIGHT);
      for (int x = 0; x <= WIDTH; x += 8) {
        double wave = Math.sin((x + 210 * number) / (90.0 + 60 * ridge + 13 * number));
        hills.addPoint(x, (int) (330 + 90 * ridge + 60 * wave));
      }
      hills.addPoint(WIDTH, HEIGHT);
      pen.setColor(
          Color.getHSBColor((0.3f + hue + 0.04f * ridge) % 1, 0.5f, 0.75f - 0.17f * ridge));
      pen.fill(hills);
    }
    pen.dispose();
    return image;
  }

  private static byte[] encoded(BufferedImage image, String format) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, format, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
