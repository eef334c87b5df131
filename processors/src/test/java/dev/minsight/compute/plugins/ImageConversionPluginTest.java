package dev.minsight.compute.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.minsight.media.Fixtures;
import dev.minsight.media.MediaFacts;
import dev.minsight.media.MediaLimits;
import dev.minsight.media.MediaSniffer;
import dev.minsight.media.RgbImage;
import dev.minsight.support.UnprocessableMediaException;
import dev.minsight.testing.Contract;
import jakarta.validation.ConstraintViolationException;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageConversionPluginTest {

  private static final ImageConversionPlugin PLUGIN =
      new ImageConversionPlugin(Fixtures.DECODER, MediaLimits.defaults());

  @TempDir Path folder;
  private PluginRun<ImageConversionPlugin.Wanted, ImageConversionPlugin.Made> plugin;

  @BeforeEach
  void plugIn() {
    plugin = new PluginRun<>(PLUGIN, folder);
  }

  private Path convert(Path file, String format) {
    var done = plugin.run(file, Map.of("format", format));
    return done.file(done.output().outputPath());
  }

  private static Color color(BufferedImage image, double x, double y) {
    return new Color(
        image.getRGB((int) (x * image.getWidth()), (int) (y * image.getHeight())), true);
  }

  /** Clear on the left; red, and half a green, on the right. */
  private Path transparent() {
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < 64 * 32; i++) {
      int y = i / 32;
      image.setRGB(32 + i % 32, y, y < 32 ? 0xffff0000 : 0x8000ff00);
    }
    return Fixtures.write(folder, "clear.png", Fixtures.encode(image, "png"));
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource({
    "png,image/png",
    "jpg,image/jpeg",
    "jpeg,image/jpeg",
    "webp,image/webp",
    "gif,image/gif",
    "bmp,image/bmp",
    "tiff,image/tiff"
  })
  @DisplayName("compute.md 5.8 format: each is what it is called, in size and colours")
  @Contract("compute.md 5.8 fields")
  void formats(String format, String mime) {
    Path file = Fixtures.write(folder, "a.jpg", Fixtures.jpeg(200, 100));

    Path made = convert(file, format);

    assertThat(MediaSniffer.sniff(made).mime()).isEqualTo(mime);
    RgbImage image = Fixtures.decode(made);
    assertThat(List.of(image.width(), image.height())).containsExactly(200, 100);
    assertThat(Fixtures.difference(image, Fixtures.decode(file))).isLessThan(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "tiff"})
  @DisplayName("Lossless formats keep every pixel")
  void lossless(String format) {
    Path file = Fixtures.shared("formats/denali.webp");

    assertThat(Fixtures.decode(convert(file, format)).rgb()).isEqualTo(Fixtures.decode(file).rgb());
  }

  @ParameterizedTest(name = "{0} to {1}: {2}")
  @CsvSource({
    "photo.heic, png, output/converted_photo.png",
    "photo.png, jpeg, output/converted_photo.jpg",
    "photo.jpg, jpg, output/converted_photo.jpg",
    "archive.tar.gz, tiff, output/converted_archive.tar.tiff",
    "no_ending, webp, output/converted_no_ending.webp",
    ".hidden, gif, output/converted_.hidden.gif",
    "'', bmp, output/converted_image.bmp",
    "../../etc/passwd, png, output/converted_passwd.png",
    "'C:\\pictures\\a.jpg', png, output/converted_a.png",
    "'a\tb\u0000c.jpg', png, output/converted_abc.png",
    "ä ö 日本.png, png, output/converted_ä ö 日本.png"
  })
  @DisplayName("compute.md 5.8 params: output_path is output/converted_<input stem>.<ext>")
  @Contract("compute.md 5.8 params")
  void outputPath(String name, String format, String path) {
    assertThat(PLUGIN.outputPath(plugin.parameters(Map.of("format", format)), name))
        .isEqualTo(path);
  }

  @Test
  @DisplayName("A name of any length becomes one that a file system takes")
  void longName() {
    var wanted = plugin.parameters(Map.of("format", "png"));

    String path = PLUGIN.outputPath(wanted, "日".repeat(84) + ".jpg");

    assertThat(path.getBytes().length).isLessThan(230);
    assertThat(path).startsWith("output/converted_日").endsWith("日.png").doesNotContain("\ufffd");
  }

  @Test
  @DisplayName("compute.md 5.8 disagreement: task_output has the output_path, too")
  @Contract({"compute.md 5.8 task_output", "compute.md 5.8 disagreement"})
  void output() {
    Path file = Fixtures.write(folder, "a.jpg", Fixtures.jpeg(30, 20));

    assertThat(plugin.run(file, Map.of("format", "jpeg")).taskOutput())
        .containsOnly(Map.entry("output_path", "output/converted_a.jpg"));
  }

  @Test
  @DisplayName("compute.md 5.8 fields: format is required, quality is 85 by default")
  @Contract("compute.md 5.8 fields")
  void defaults() {
    assertThatThrownBy(() -> plugin.parameters(Map.of()))
        .isInstanceOf(ConstraintViolationException.class)
        .hasMessageContaining("format");
    assertThat(plugin.parameters(Map.of("format", "png")).quality()).isEqualTo(85);
  }

  @ParameterizedTest
  @ValueSource(strings = {"avif", "PNG", "", "tif"})
  @DisplayName("compute.md 5.8 fields: another format is refused")
  void otherFormats(String format) {
    assertThatThrownBy(() -> plugin.parameters(Map.of("format", format)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "101", "2147483647"})
  @DisplayName("compute.md 5.8 fields: quality past its bounds is refused")
  void pastBounds(String quality) {
    assertThatThrownBy(() -> plugin.parameters(Map.of("format", "jpg", "quality", quality)))
        .isInstanceOf(ConstraintViolationException.class)
        .hasMessageContaining("quality");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({"jpg, true", "webp, true", "png, false", "gif, false", "bmp, false", "tiff, false"})
  @DisplayName("compute.md 5.8 rules: quality applies to JPEG and WebP only, at both of its bounds")
  @Contract("compute.md 5.8 rules")
  void quality(String format, boolean applies) throws IOException {
    Path file = Fixtures.shared("formats/baseball.png");
    long least = size(plugin.run(file, Map.of("format", format, "quality", "1")));
    long most = size(plugin.run(file, Map.of("format", format, "quality", "100")));

    if (applies) {
      assertThat(most).isGreaterThan(5 * least);
    } else {
      assertThat(most).isEqualTo(least);
    }
  }

  private static long size(PluginRun.Done<ImageConversionPlugin.Made> done) throws IOException {
    return Files.size(done.file(done.output().outputPath()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "webp", "tiff", "gif"})
  @DisplayName("Transparency is kept where the format has it; GIF has all or nothing")
  void keepsAlpha(String format) throws IOException {
    BufferedImage made = ImageIO.read(convert(transparent(), format).toFile());

    assertThat(color(made, 0.2, 0.5).getAlpha()).isZero();
    assertThat(color(made, 0.8, 0.2)).satisfies(red -> near(red, 255, 0, 0, 3));
    assertThat(color(made, 0.8, 0.2).getAlpha()).isEqualTo(255);
    assertThat(color(made, 0.8, 0.8).getAlpha())
        .isCloseTo(format.equals("gif") ? 255 : 128, within(1));
    assertThat(color(made, 0.8, 0.8)).satisfies(green -> near(green, 0, 255, 0, 6));
  }

  @ParameterizedTest
  @ValueSource(strings = {"alpha.avif", "alpha.heic", "lossless_alpha.webp", "rgba.tif"})
  @DisplayName("Transparency of WebP, TIFF, HEIC and AVIF is read, too")
  void readsAlpha(String name) throws IOException {
    BufferedImage made =
        ImageIO.read(convert(Path.of("src/test/resources/modes", name), "png").toFile());

    assertThat(made.getColorModel().hasAlpha()).isTrue();
    if (name.startsWith("alpha.")) {
      assertThat(color(made, 0.1, 0.2).getAlpha()).isZero();
      assertThat(color(made, 0.9, 0.2).getAlpha()).isCloseTo(128, within(2));
      assertThat(color(made, 0.5, 0.2).getAlpha()).isEqualTo(255);
      near(color(made, 0.5, 0.2), 200, 0, 0, 6);
      near(color(made, 0.5, 0.8), 30, 160, 0, 6);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"jpg", "bmp"})
  @DisplayName(
      "compute.md 5.8 rules: RGBA to RGB: white shines through where a format has no alpha")
  @Contract("compute.md 5.8 rules")
  void onWhite(String format) throws IOException {
    BufferedImage made = ImageIO.read(convert(transparent(), format).toFile());

    assertThat(made.getColorModel().hasAlpha()).isFalse();
    near(color(made, 0.2, 0.5), 255, 255, 255, 2);
    near(color(made, 0.8, 0.8), 127, 255, 127, 6);
  }

  private static void near(Color color, int red, int green, int blue, int within) {
    assertThat(color.getRed()).isCloseTo(red, within(within));
    assertThat(color.getGreen()).isCloseTo(green, within(within));
    assertThat(color.getBlue()).isCloseTo(blue, within(within));
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "webp"})
  @DisplayName("Orientation is applied to the pixels, and no tag is left to turn them again")
  void upright(String format) {
    Path made = convert(Fixtures.shared("orientation/landscape_6.jpg"), format);

    MediaFacts facts = Fixtures.inspect(made);
    assertThat(facts.orientation()).isEqualTo(1);
    assertThat(List.of(facts.width(), facts.height())).containsExactly(1800, 1200);
    RgbImage right = Fixtures.decode(Fixtures.shared("orientation/landscape_1.jpg"));
    // The digit painted in and the compression differ, the rest must not.
    assertThat(Fixtures.difference(Fixtures.decode(made), right)).isLessThan(6);
  }

  /** Expected colours by Pillow's ImageCms with the embedded profile. */
  @ParameterizedTest(name = "{0} to {1}")
  @CsvSource({
    // Adobe RGB: stored 200 197 204 and 174 154 130
    "formats/baseball.jpg, png, 0.2, 202, 198, 206, 3",
    "formats/baseball.jpg, png, 0.8, 183, 155, 130, 3",
    "formats/baseball.png, tiff, 0.8, 183, 155, 130, 1",
    "formats/baseball.png, bmp, 0.8, 183, 155, 130, 1",
    "formats/baseball.png, jpg, 0.2, 202, 198, 206, 8",
    // a display's profile, with alpha: stored 84 51 38
    "people/alex_lacamoire/alex_1.png, png, 0.5, 89, 49, 35, 2",
    // Display P3 as phones write it: stored 45 91 140
    "formats/img_2682.heic, png, 0.8, 23, 92, 144, 6",
    "formats/img_2682.heic, png, 0.2, 186, 169, 150, 6",
    // sRGB by its profile: as stored
    "formats/htc_desire.webp, png, 0.2, 157, 152, 152, 0",
    "nofaces/book_flowers.jpg, bmp, 0.5, 255, 163, 75, 0"
  })
  @DisplayName("Colours of an embedded profile come out as the same colours in sRGB")
  void profiles(String name, String format, double at, int red, int green, int blue, int within) {
    RgbImage made = Fixtures.decode(convert(Fixtures.shared(name), format));

    near(Fixtures.pixel(made, at, at), red, green, blue, within);
  }

  static Stream<String> inputs() {
    return Stream.of(
        "formats/alpha_lossless.webp",
        "formats/animated_head_pose_female.gif",
        "formats/animation_lossy.webp",
        "formats/balloon.jp2",
        "formats/baseball.gif",
        "formats/cheers_1440x960.heic",
        "formats/density_plot.png",
        "formats/multipage.tif",
        "formats/rgba32.png",
        "formats/srgb8.avif",
        "formats/test.bmp",
        "formats/test.tif");
  }

  @ParameterizedTest
  @MethodSource("inputs")
  @DisplayName("HEIC, AVIF, animated (first frame) and all else we read is converted")
  @Contract("compute.md 5.8 rules")
  void everyInput(String name) {
    Path file = Fixtures.shared(name);

    RgbImage made = Fixtures.decode(convert(file, "png"));

    // Profiles apart (none of these has one) and on white, it is the picture everybody else sees.
    assertThat(Fixtures.difference(made, Fixtures.decode(file))).isLessThan(0.01);
  }

  @Test
  @DisplayName("A picture that is too long for the format says so")
  void tooLong() {
    BufferedImage line = new BufferedImage(16_384, 1, BufferedImage.TYPE_INT_RGB);
    Path file = Fixtures.write(folder, "line.png", Fixtures.encode(line, "png"));

    assertThat(Fixtures.decode(convert(file, "png")).width()).isEqualTo(16_384);
    assertThatThrownBy(() -> convert(file, "webp"))
        .isInstanceOf(UnprocessableMediaException.class)
        .hasMessageContaining("16384 x 1")
        .hasMessageContaining("WEBP")
        .hasMessageContaining("16383");
  }
}
