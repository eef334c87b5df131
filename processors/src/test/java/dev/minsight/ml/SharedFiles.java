package dev.minsight.ml;

import dev.minsight.media.RgbImage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;

/** The photos and models that lie beside the repository on some machines. */
final class SharedFiles {

  private SharedFiles() {}

  /** A file or folder of the shared ones; the test is skipped where they are not. */
  static Path find(String path) {
    Path found = Path.of(System.getProperty("minsight.shared", "../../shared")).resolve(path);
    Assumptions.assumeTrue(Files.exists(found), "skipped: no shared files at " + found);
    return found;
  }

  /** A shared photo that needs no turning. */
  static RgbImage photo(String path) throws IOException {
    return rgb(ImageIO.read(find("media/" + path).toFile()));
  }

  static RgbImage rgb(BufferedImage image) {
    byte[] rgb = new byte[image.getWidth() * image.getHeight() * 3];
    int[] line = new int[image.getWidth()];
    int i = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      image.getRGB(0, y, line.length, 1, line, 0, line.length);
      for (int pixel : line) {
        rgb[i++] = (byte) (pixel >> 16);
        rgb[i++] = (byte) (pixel >> 8);
        rgb[i++] = (byte) pixel;
      }
    }
    return new RgbImage(image.getWidth(), image.getHeight(), rgb);
  }
}
