package dev.minsight.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.Contract;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ThumbnailsTest {

  private final Thumbnails thumbnails = new Thumbnails(Fixtures.DECODER, Fixtures.FFMPEG);

  @TempDir Path folder;

  private RgbImage thumbnail(Path source) throws IOException {
    Path target = folder.resolve("made/a.tb.png");
    assertThat(thumbnails.write(source, MediaSniffer.sniff(source), target)).isTrue();
    return Png.read(target);
  }

  @ParameterizedTest(name = "{0} x {1} -> {2} x {3}")
  @CsvSource({"1000,500,256,128", "300,900,256,768", "100,60,100,60", "2000,3,256,1"})
  @DisplayName("A preview is 256 wide, keeps the aspect and is never enlarged")
  @Contract("store.md 8 form of a thumbnail")
  void sizes(int width, int height, int thumbWidth, int thumbHeight) throws IOException {
    RgbImage thumb = thumbnail(Fixtures.write(folder, "a.jpg", Fixtures.jpeg(width, height)));
    assertThat(thumb.width()).isEqualTo(thumbWidth);
    assertThat(thumb.height()).isEqualTo(thumbHeight);
  }

  @Test
  @DisplayName("A preview is upright")
  @Contract("store.md 8 form of a thumbnail")
  void upright() throws IOException {
    byte[] turned = Fixtures.withOrientation(Fixtures.jpeg(800, 400), 6);
    RgbImage thumb = thumbnail(Fixtures.write(folder, "a.jpg", turned));
    assertThat(thumb.width()).isEqualTo(256);
    assertThat(thumb.height()).isEqualTo(512);
    // a quarter turn clockwise: the stored bottom left (blue) is now on top left
    Color corner = Fixtures.pixel(thumb, 0.2, 0.2);
    assertThat(corner.getBlue()).isGreaterThan(240);
    assertThat(corner.getRed()).isLessThan(15);
  }

  @Test
  @DisplayName("A file that is neither picture nor video has no preview")
  @Contract("store.md 8 form of a thumbnail")
  void noPreview() {
    Path text = Fixtures.write(folder, "a.txt", "hello".getBytes(StandardCharsets.UTF_8));
    assertThat(thumbnails.write(text, MediaSniffer.sniff(text), folder.resolve("t.png"))).isFalse();
    assertThat(folder.resolve("t.png")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"video/bottle_detection.mp4", "video/car_detection.mp4", "video/with_gps.mov"})
  @DisplayName("A video's preview is a grid of key frames, 256 wide")
  @Contract("store.md 8 form of a thumbnail")
  void video(String name) throws IOException {
    RgbImage thumb = thumbnail(Fixtures.shared(name));
    assertThat(thumb.width()).isEqualTo(256);
    assertThat(thumb.height()).isGreaterThan(100);
  }

  @Property(tries = 40)
  @Label("What Png writes, Png and ImageIO read back unchanged")
  void pngRoundTrip(
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll @IntRange(min = 1, max = 40) int height,
      @ForAll Random random)
      throws IOException {
    byte[] rgb = new byte[width * height * 3];
    random.nextBytes(rgb);
    Path file = Files.createTempFile("png", ".png");
    try {
      Png.write(new RgbImage(width, height, rgb), file);
      assertThat(Png.read(file).rgb()).isEqualTo(rgb);
      BufferedImage image = ImageIO.read(file.toFile());
      assertThat(image.getRGB(0, 0) & 0xffffff)
          .isEqualTo((rgb[0] & 0xff) << 16 | (rgb[1] & 0xff) << 8 | rgb[2] & 0xff);
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
