package dev.minsight.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.support.UnprocessableMediaException;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {

  private static final MediaType JPEG = MediaType.of("image/jpeg");
  private static final MediaType PNG = MediaType.of("image/png");

  @TempDir Path folder;

  @ParameterizedTest(name = "a long side of {0} is enough: 1/{1}")
  @CsvSource({"801,1", "800,2", "401,2", "400,4", "200,8", "10,8", "2147483647,1"})
  @DisplayName("A JPEG is reduced by the largest power of two that leaves enough")
  void reducesJpeg(int minLongSide, int factor) {
    Path file = Fixtures.write(folder, "a.jpg", Fixtures.jpeg(1600, 800));
    DecodedImage decoded = Fixtures.DECODER.decode(file, JPEG, minLongSide);
    assertThat(decoded.image().width()).isEqualTo(1600 / factor);
    assertThat(decoded.image().height()).isEqualTo(800 / factor);
    assertThat(decoded.fullWidth()).isEqualTo(1600);
    assertThat(decoded.fullHeight()).isEqualTo(800);
    assertThat(Fixtures.pixel(decoded.image(), 0.25, 0.25).getRed()).isGreaterThan(240);
    assertThat(Fixtures.pixel(decoded.image(), 0.25, 0.75).getBlue()).isGreaterThan(240);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  @DisplayName("Each EXIF orientation is applied exactly once")
  void turnsUpright(int orientation) {
    // Given a picture stored so that only this turn makes it right: turned the opposite way.
    int opposite = orientation == 6 ? 8 : orientation == 8 ? 6 : orientation;
    RgbImage right = Fixtures.decode(Fixtures.write(folder, "a.jpg", Fixtures.jpeg(64, 32)));
    RgbImage stored = Orientation.upright(right, opposite);
    BufferedImage image =
        new BufferedImage(stored.width(), stored.height(), BufferedImage.TYPE_INT_RGB);
    WritableRaster raster = image.getRaster();
    int[] samples = new int[stored.rgb().length];
    Arrays.setAll(samples, i -> stored.rgb()[i] & 0xff);
    raster.setPixels(0, 0, stored.width(), stored.height(), samples);
    byte[] turned = Fixtures.withOrientation(Fixtures.encode(image, "jpg"), orientation);
    // When it is decoded
    Path file = Fixtures.write(folder, "b.jpg", turned);
    DecodedImage decoded = Fixtures.DECODER.decode(file, JPEG, Integer.MAX_VALUE);
    // Then it looks as it should, and the facts agree
    assertThat(decoded.fullWidth()).isEqualTo(64);
    assertThat(decoded.fullHeight()).isEqualTo(32);
    assertThat(Fixtures.difference(right, decoded.image())).isLessThan(4);
    assertThat(Fixtures.inspect(file).width()).isEqualTo(64);
  }

  @ParameterizedTest
  @ValueSource(strings = {"landscape", "portrait"})
  @DisplayName("All eight real photos of an orientation series look the same upright")
  void realOrientations(String series) {
    RgbImage first = small(Fixtures.shared("orientation/" + series + "_1.jpg"));
    for (int i = 2; i <= 8; i++) {
      RgbImage other = small(Fixtures.shared("orientation/" + series + "_" + i + ".jpg"));
      // The digit painted in and the compression differ, the rest must not.
      assertThat(Fixtures.difference(first, other)).as(series + i).isLessThan(4);
    }
  }

  private static RgbImage small(Path file) {
    return Resampling.resize(
        Fixtures.DECODER.decode(file, JPEG, 400).image(),
        Fixtures.inspect(file).width() / 20,
        Fixtures.inspect(file).height() / 20,
        Resampling.Filter.BOX);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"png", "gif", "bmp", "tif"})
  @DisplayName("Other formats are decoded in full")
  void otherFormats(String format) {
    byte[] bytes = Fixtures.encode(Fixtures.quarters(60, 40, BufferedImage.TYPE_INT_RGB), format);
    RgbImage image = Fixtures.decode(Fixtures.write(folder, "a", bytes));
    assertThat(image.width()).isEqualTo(60);
    assertThat(Fixtures.pixel(image, 0.2, 0.2)).isEqualTo(Color.RED);
    assertThat(Fixtures.pixel(image, 0.8, 0.2)).isEqualTo(Color.GREEN);
    assertThat(Fixtures.pixel(image, 0.2, 0.8)).isEqualTo(Color.BLUE);
    assertThat(Fixtures.pixel(image, 0.8, 0.8)).isEqualTo(Color.YELLOW);
  }

  @Test
  @DisplayName("Transparency is laid on white")
  void alphaOnWhite() {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x00ff0000);
    image.setRGB(1, 0, 0x80000000);
    RgbImage decoded =
        Fixtures.decode(Fixtures.write(folder, "a.png", Fixtures.encode(image, "png")));
    assertThat(decoded.rgb()).containsExactly(255, 255, 255, 127, 127, 127);
  }

  @ParameterizedTest(name = "BufferedImage type {0}")
  @ValueSource(ints = {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY})
  @DisplayName("Grey values are kept as they are stored, at 8 and at 16 bits")
  void grey(int type) {
    BufferedImage image = new BufferedImage(3, 1, type);
    int unit = type == BufferedImage.TYPE_BYTE_GRAY ? 1 : 257;
    image.getRaster().setPixels(0, 0, 3, 1, new int[] {10 * unit, 100 * unit, 200 * unit});
    RgbImage decoded =
        Fixtures.decode(Fixtures.write(folder, "a.png", Fixtures.encode(image, "png")));
    assertThat(decoded.rgb())
        .containsExactly(10, 10, 10, 100, 100, 100, (byte) 200, (byte) 200, (byte) 200);
  }

  @Test
  @DisplayName(
      "An Adobe CMYK JPEG (inks stored inverted) is converted: no ink is white, black ink is black, cyan is not red")
  void cmyk() throws IOException {
    WritableRaster inks = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 48, 16, 4, null);
    for (int i = 0; i < 48 * 16; i++) {
      int x = i % 48;
      int black = x >= 16 && x < 32 ? 0 : 255;
      int cyan = x >= 32 ? 0 : 255;
      inks.setPixel(x, i / 48, new int[] {cyan, 255, 255, black});
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.write(new IIOImage(inks, null, null));
    }
    byte[] adobe = Fixtures.withSegment(out.toByteArray(), 0xee, "Adobe\0\144\0\0\0\0\0");
    RgbImage image = Fixtures.decode(Fixtures.write(folder, "a.jpg", adobe));
    assertThat(Fixtures.pixel(image, 0.1, 0.5).getGreen()).isGreaterThan(240);
    assertThat(Fixtures.pixel(image, 0.5, 0.5).getGreen()).isLessThan(60);
    Color cyan = Fixtures.pixel(image, 0.9, 0.5);
    assertThat(cyan.getBlue()).isGreaterThan(cyan.getRed() + 80);
  }

  @Test
  @DisplayName("Palette colours with two bits a pixel are looked up")
  void palette() {
    byte[] red = {0, (byte) 200, 0, 0};
    byte[] green = {0, 0, (byte) 150, 0};
    byte[] blue = {0, 0, 0, 99};
    BufferedImage image =
        new BufferedImage(
            4, 1, BufferedImage.TYPE_BYTE_BINARY, new IndexColorModel(2, 4, red, green, blue));
    image.getRaster().setPixels(0, 0, 4, 1, new int[] {0, 1, 2, 3});
    RgbImage decoded =
        Fixtures.decode(Fixtures.write(folder, "a.png", Fixtures.encode(image, "png")));
    assertThat(decoded.rgb())
        .containsExactly(0, 0, 0, (byte) 200, 0, 0, 0, (byte) 150, 0, 0, 0, 99);
  }

  @Test
  @DisplayName("A grey JPEG keeps its values too")
  void greyJpeg() {
    BufferedImage image = new BufferedImage(33, 17, BufferedImage.TYPE_BYTE_GRAY);
    int[] samples = new int[33 * 17];
    Arrays.fill(samples, 100);
    image.getRaster().setPixels(0, 0, 33, 17, samples);
    RgbImage decoded =
        Fixtures.decode(Fixtures.write(folder, "a.jpg", Fixtures.encode(image, "jpg")));
    assertThat(Fixtures.pixel(decoded, 0.9, 0.9).getRed()).isBetween(98, 102);
  }

  @Test
  @DisplayName(
      "A JPEG that ends too early is shown as far as it goes, and the budget is whole after")
  void truncatedJpeg() throws IOException {
    long free = Fixtures.DECODER.freePixels();
    byte[] whole = Files.readAllBytes(Fixtures.write(folder, "a.jpg", noise(400, 300, "jpg")));
    Path file = Fixtures.write(folder, "b.jpg", Arrays.copyOf(whole, whole.length / 2));
    RgbImage image = Fixtures.decode(file);
    assertThat(image.width()).isEqualTo(400);
    Path none = Fixtures.write(folder, "c.jpg", Arrays.copyOf(whole, 300));
    assertThatThrownBy(() -> Fixtures.decode(none)).isInstanceOf(UnprocessableMediaException.class);
    assertThat(Fixtures.DECODER.freePixels()).isEqualTo(free);
  }

  @Test
  @DisplayName("A PNG that ends too early is shown as far as it goes; damage inside is an error")
  void truncatedPng() {
    byte[] whole = noise(200, 200, "png");
    RgbImage part =
        Fixtures.decode(Fixtures.write(folder, "a.png", Arrays.copyOf(whole, whole.length / 2)));
    RgbImage full = Fixtures.decode(Fixtures.write(folder, "b.png", whole));
    assertThat(Arrays.copyOf(part.rgb(), 6000)).isEqualTo(Arrays.copyOf(full.rgb(), 6000));
    byte[] damaged = whole.clone();
    Arrays.fill(damaged, whole.length / 3, whole.length / 3 + 2000, (byte) 0x55);
    Path file = Fixtures.write(folder, "c.png", damaged);
    assertThatThrownBy(() -> Fixtures.decode(file))
        .isInstanceOf(UnprocessableMediaException.class)
        .hasMessageContaining("damaged");
  }

  private static byte[] noise(int width, int height, String format) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(3);
    for (int i = 0; i < width * height; i++) {
      image.setRGB(i % width, i / width, random.nextInt());
    }
    return Fixtures.encode(image, format);
  }

  @Test
  @DisplayName("A picture that claims 900 megapixels is refused before anything is decoded")
  void bomb() {
    Path file = Fixtures.write(folder, "a.png", Fixtures.png(30_000, 30_000));
    assertThatThrownBy(() -> Fixtures.DECODER.decode(file, PNG, 640))
        .isInstanceOf(UnprocessableMediaException.class)
        .hasMessage(
            "the picture is 30000 x 30000 pixels (900 megapixels); the limit is 150 megapixels"
                + " (minsight.media.max-pixels)");
  }

  @Test
  @DisplayName("A large PNG is averaged down strip by strip, never held whole")
  void largePng() {
    int side = 4100;
    byte[] raw = new byte[(side * 3 + 1) * side];
    Arrays.fill(raw, (byte) 0);
    byte[] png = Fixtures.png(side, side, Fixtures.chunk("IDAT", Fixtures.deflate(raw)));
    Path file = Fixtures.write(folder, "a.png", png);
    DecodedImage decoded = Fixtures.DECODER.decode(file, PNG, 1000);
    assertThat(decoded.image().width()).isEqualTo(1025);
    assertThat(decoded.fullHeight()).isEqualTo(side);
    assertThat(decoded.image().rgb()).containsOnly(0);
  }

  @ParameterizedTest(name = "{0}: {1} x {2}")
  @CsvSource({
    "formats/alpha_lossless.webp,400,301",
    "formats/animation_lossy.webp,320,240",
    "formats/denali.webp,600,315",
    "formats/htc_desire.webp,776,909",
    "formats/animated_head_pose_female.gif,480,270",
    "formats/baseball.gif,185,224",
    "formats/baseball.png,512,355",
    "formats/rgba32.png,626,1200",
    "formats/balloon.jp2,2717,3701",
    "formats/cheers_1440x960.heic,1440,960",
    "formats/img_2682.heic,4032,3024",
    "formats/srgb8.avif,1617,1080",
    "formats/multipage.tif,800,600",
    "formats/test.tif,100,75",
    "formats/test.bmp,100,75",
    "corrupt/truncated.jpg,225,225",
    "corrupt/corrupted.jpg,3648,2736",
    "corrupt/image00971.jpg,636,227",
    "corrupt/ix_30-type_error.jpg,3872,2403",
    "exif/galaxy_s.jpg,480,640"
  })
  @DisplayName("AC-I17: every real file is decoded at the size that the inspector names")
  void realFiles(String name, int width, int height) {
    Path file = Fixtures.shared(name);
    MediaFacts facts = Fixtures.inspect(file);
    assertThat(facts.width()).isEqualTo(width);
    assertThat(facts.height()).isEqualTo(height);
    RgbImage image = Fixtures.decode(file);
    assertThat(image.width()).isEqualTo(width);
    assertThat(image.height()).isEqualTo(height);
    // not one flat colour
    assertThat(spread(image)).isGreaterThan(40);
  }

  private static int spread(RgbImage image) {
    int low = 255;
    int high = 0;
    for (byte value : image.rgb()) {
      low = Math.min(low, value & 0xff);
      high = Math.max(high, value & 0xff);
    }
    return high - low;
  }

  @Test
  @DisplayName("All tiles of a phone's HEIC are there: neighbouring tiles meet without a seam")
  void heicGrid() {
    RgbImage image = Fixtures.decode(Fixtures.shared("formats/img_2682.heic"));
    // Tiles are 512 wide; across a seam the step is like the steps beside it.
    double seam = columnStep(image, 511);
    double beside = (columnStep(image, 505) + columnStep(image, 517)) / 2;
    assertThat(seam).isLessThan(beside * 2 + 3);
    // The last tile is a picture, not a repeated or empty one.
    RgbImage corner = Resampling.crop(image, 3600, 2600, 400, 400);
    RgbImage first = Resampling.crop(image, 16, 40, 400, 400);
    assertThat(Fixtures.difference(corner, first)).isGreaterThan(3);
  }

  private static double columnStep(RgbImage image, int x) {
    long sum = 0;
    for (int y = 0; y < image.height(); y++) {
      int at = (y * image.width() + x) * 3;
      sum += Math.abs((image.rgb()[at] & 0xff) - (image.rgb()[at + 3] & 0xff));
    }
    return (double) sum / image.height();
  }

  @ParameterizedTest
  @ValueSource(strings = {"corrupt/photo.gif", "corrupt/negative_array_size.heif"})
  @DisplayName("A broken picture is refused in plain words")
  void broken(String name) {
    Path file = Fixtures.shared(name);
    assertThatThrownBy(() -> Fixtures.decode(file))
        .isInstanceOf(UnprocessableMediaException.class)
        .hasMessageContaining("header is damaged");
  }
}
