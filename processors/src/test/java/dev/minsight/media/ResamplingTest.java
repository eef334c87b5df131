package dev.minsight.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.media.Resampling.Filter;
import java.util.Arrays;
import java.util.zip.CRC32;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures change size exactly as Pillow changes them. */
class ResamplingTest {

  /** The checksums were computed with Pillow 12 from the same made-up picture. */
  @ParameterizedTest(name = "{0}x{1} to {2}x{3} with {4}")
  @DisplayName("Every byte equals Pillow's, reducing and enlarging, one side or both")
  @CsvSource({
    "97, 61, 23, 17, BOX, 611b9366",
    "97, 61, 23, 17, BILINEAR, d1bd57f1",
    "97, 61, 23, 17, BICUBIC, cf027c91",
    "97, 61, 23, 17, LANCZOS, 06c267ca",
    "97, 61, 97, 20, BOX, ed634689",
    "97, 61, 97, 20, BILINEAR, 0469a0d7",
    "97, 61, 97, 20, BICUBIC, 960dd1b3",
    "97, 61, 97, 20, LANCZOS, 729022f5",
    "97, 61, 31, 61, BOX, 593322ca",
    "97, 61, 31, 61, BILINEAR, 6a043fa0",
    "97, 61, 31, 61, BICUBIC, b4744bb5",
    "97, 61, 31, 61, LANCZOS, e0234f98",
    "40, 30, 101, 77, BOX, 2af86ff0",
    "40, 30, 101, 77, BILINEAR, d67c08b8",
    "40, 30, 101, 77, BICUBIC, 7c35f6bd",
    "40, 30, 101, 77, LANCZOS, 3fb08aad",
    "97, 61, 120, 9, BOX, 353b88df",
    "97, 61, 120, 9, BILINEAR, 15d40f01",
    "97, 61, 120, 9, BICUBIC, ded0c271",
    "97, 61, 120, 9, LANCZOS, 51ffe4fc",
    "640, 480, 299, 224, BOX, 99264561",
    "640, 480, 299, 224, BILINEAR, ebe75bba",
    "640, 480, 299, 224, BICUBIC, c69ceea1",
    "640, 480, 299, 224, LANCZOS, 7f68f8e6"
  })
  void equalsPillow(int width, int height, int newWidth, int newHeight, Filter filter, String crc) {
    RgbImage resized = Resampling.resize(pattern(width, height), newWidth, newHeight, filter);

    CRC32 sum = new CRC32();
    sum.update(resized.rgb());
    assertThat(String.format("%08x", sum.getValue())).isEqualTo(crc);
  }

  @Property(tries = 60)
  @Label("A picture of one colour keeps that colour at every size and with every filter")
  void oneColourStays(
      @ForAll @IntRange(min = 1, max = 60) int width,
      @ForAll @IntRange(min = 1, max = 60) int height,
      @ForAll @IntRange(min = 1, max = 90) int newWidth,
      @ForAll @IntRange(min = 1, max = 90) int newHeight,
      @ForAll byte value,
      @ForAll Filter filter) {
    byte[] pixels = new byte[width * height * 3];
    Arrays.fill(pixels, value);

    RgbImage resized =
        Resampling.resize(new RgbImage(width, height, pixels), newWidth, newHeight, filter);

    byte[] expected = new byte[newWidth * newHeight * 3];
    Arrays.fill(expected, value);
    assertThat(resized)
        .extracting(RgbImage::width, RgbImage::height)
        .containsExactly(newWidth, newHeight);
    assertThat(resized.rgb()).isEqualTo(expected);
  }

  @Property(tries = 60)
  @Label("Grey is resized as each colour is, also where rows and columns come in several pieces")
  void greyIsResizedAsAColour(
      @ForAll @IntRange(min = 1, max = 700) int width,
      @ForAll @IntRange(min = 1, max = 700) int height,
      @ForAll @IntRange(min = 1, max = 90) int newWidth,
      @ForAll @IntRange(min = 1, max = 90) int newHeight,
      @ForAll @IntRange(min = 0, max = 2) int band,
      @ForAll Filter filter) {
    RgbImage colour = pattern(width, height);

    byte[] resized =
        Resampling.resizeGrey(band(colour, band), width, height, newWidth, newHeight, filter);

    assertThat(resized)
        .isEqualTo(band(Resampling.resize(colour, newWidth, newHeight, filter), band));
  }

  @Test
  @DisplayName("Asking for the size it has gives the picture itself")
  void sameSizeIsTheSamePicture() {
    RgbImage image = pattern(31, 17);

    assertThat(Resampling.resize(image, 31, 17, Filter.LANCZOS)).isSameAs(image);
  }

  @Test
  @DisplayName("A crop takes exactly the pixels of the rectangle")
  void cropTakesTheRectangle() {
    RgbImage image = pattern(20, 10);

    RgbImage cut = Resampling.crop(image, 3, 4, 5, 6);

    for (int y = 0; y < 6; y++) {
      for (int x = 0; x < 15; x++) {
        assertThat(cut.rgb()[y * 15 + x]).isEqualTo(image.rgb()[((y + 4) * 20 + 3) * 3 + x]);
      }
    }
  }

  @ParameterizedTest
  @DisplayName("A rectangle that leaves the picture is refused")
  @CsvSource({"-1,0,5,5", "0,-1,5,5", "16,0,5,5", "0,6,5,5", "0,0,0,5", "0,0,5,2147483647"})
  void cropOutsideIsRefused(int x, int y, int width, int height) {
    RgbImage image = pattern(20, 10);

    assertThatThrownBy(() -> Resampling.crop(image, x, y, width, height))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("20x10");
  }

  @Test
  @DisplayName("A size below one pixel is refused")
  void emptySizeIsRefused() {
    RgbImage image = pattern(4, 4);

    assertThatThrownBy(() -> Resampling.resize(image, 0, 4, Filter.BOX))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static byte[] band(RgbImage image, int band) {
    byte[] samples = new byte[image.width() * image.height()];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = image.rgb()[i * 3 + band];
    }
    return samples;
  }

  private static RgbImage pattern(int width, int height) {
    byte[] pixels = new byte[width * height * 3];
    int i = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int band = 0; band < 3; band++) {
          pixels[i++] = (byte) ((x * x * 7 + y * x * 13 + y * y * 3 + band * 61) >> 1);
        }
      }
    }
    return new RgbImage(width, height, pixels);
  }
}
