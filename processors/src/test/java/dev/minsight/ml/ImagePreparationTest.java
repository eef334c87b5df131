package dev.minsight.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.minsight.media.Resampling.Filter;
import dev.minsight.media.RgbImage;
import dev.minsight.ml.ModelInput.Resize;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Pictures become model input as the manifest says. */
class ImagePreparationTest {

  private static final List<Float> NONE = List.of(0f, 0f, 0f);
  private static final List<Float> ONE = List.of(1f, 1f, 1f);

  @Property(tries = 200)
  @Label("A letterboxed picture fits, keeps its shape, is never enlarged and pads to whole cells")
  void letterbox(
      @ForAll @IntRange(min = 1, max = 900) int width,
      @ForAll @IntRange(min = 1, max = 900) int height,
      @ForAll @IntRange(min = 32, max = 640) int longSide) {
    ModelInput.Image input =
        new ModelInput.Image("", true, 1, NONE, ONE, new Resize.Letterbox(32, 0, Filter.BILINEAR));

    ImagePreparation ready =
        ImagePreparation.of(Pictures.plain(width, height, 200), input, longSide);

    int fittedWidth = (int) Math.round(ready.scaleX() * width);
    int fittedHeight = (int) Math.round(ready.scaleY() * height);
    assertThat(ready.width() % 32).isZero();
    assertThat(ready.height() % 32).isZero();
    assertThat(ready.width() - fittedWidth).isBetween(0, 31);
    assertThat(ready.height() - fittedHeight).isBetween(0, 31);
    assertThat(Math.max(fittedWidth, fittedHeight))
        .isEqualTo(Math.min(longSide, Math.max(width, height)));
    // The shape is kept to the pixel that rounding takes.
    double scale = Math.min(1, (double) longSide / Math.max(width, height));
    assertThat((double) fittedWidth).isCloseTo(Math.max(1, width * scale), within(0.5001));
    assertThat((double) fittedHeight).isCloseTo(Math.max(1, height * scale), within(0.5001));
    assertThat(ready.values().remaining()).isEqualTo(3 * ready.width() * ready.height());
    for (int y = 0; y < ready.height(); y += 7) {
      for (int x = 0; x < ready.width(); x += 7) {
        float expected = x < fittedWidth && y < fittedHeight ? 200 : 0;
        assertThat(ready.values().get(y * ready.width() + x)).isEqualTo(expected);
      }
    }
  }

  @Test
  @DisplayName("A model of fixed size gets its canvas, whatever the shape of the picture")
  void fixedCanvas() {
    ModelInput.Image input =
        new ModelInput.Image(
            "", true, 1, NONE, ONE, new Resize.Letterbox(32, 640, Filter.BILINEAR));

    ImagePreparation ready = ImagePreparation.of(Pictures.plain(3000, 1000, 9), input, 1280);

    assertThat(ready.shape()).containsExactly(1, 3, 640, 640);
    assertThat(ready.scaleX()).isEqualTo(640.0 / 3000);
  }

  @Test
  @DisplayName("Planes come in the manifest's colour order, scaled, then mean and deviation")
  void planesAndNormalisation() {
    RgbImage image = new RgbImage(1, 1, new byte[] {(byte) 200, 100, 50});
    List<Float> mean = List.of(0.1f, 0.2f, 0.3f);
    List<Float> std = List.of(0.5f, 0.25f, 2f);
    Resize resize = new Resize.Stretch(1, Filter.BOX);

    float[] rgb = values(image, new ModelInput.Image("", false, 1 / 255f, mean, std, resize));
    float[] bgr = values(image, new ModelInput.Image("", true, 1, NONE, ONE, resize));

    assertThat(rgb[0]).isCloseTo((200 / 255f - 0.1f) / 0.5f, within(1e-6f));
    assertThat(rgb[1]).isCloseTo((100 / 255f - 0.2f) / 0.25f, within(1e-6f));
    assertThat(rgb[2]).isCloseTo((50 / 255f - 0.3f) / 2f, within(1e-6f));
    assertThat(bgr).containsExactly(50, 100, 200);
  }

  @Property(tries = 60)
  @Label("A centre crop has the wanted size for every shape, and shows the middle")
  void centreCrop(
      @ForAll @IntRange(min = 1, max = 700) int width,
      @ForAll @IntRange(min = 1, max = 700) int height) {
    Resize crop = new Resize.CentreCrop(64, 56, Filter.BICUBIC);

    ImagePreparation ready =
        ImagePreparation.of(
            Pictures.plain(width, height, 77),
            new ModelInput.Image("", false, 1, NONE, ONE, crop),
            0);

    assertThat(ready.shape()).containsExactly(1, 3, 56, 56);
    assertThat(ready.values().get(0)).isEqualTo(77);
    assertThat(ready.values().get(3 * 56 * 56 - 1)).isEqualTo(77);
  }

  @Test
  @DisplayName("A centre crop of a wide picture leaves both ends out")
  void centreCropLeavesEndsOut() {
    byte[] pixels = new byte[300 * 100 * 3];
    for (int y = 0; y < 100; y++) {
      for (int x = 100; x < 200; x++) {
        pixels[(y * 300 + x) * 3] = (byte) 255;
      }
    }
    Resize crop = new Resize.CentreCrop(100, 100, Filter.BICUBIC);

    float[] values =
        values(new RgbImage(300, 100, pixels), new ModelInput.Image("", false, 1, NONE, ONE, crop));

    for (int i = 0; i < 100 * 100; i++) {
      assertThat(values[i]).isEqualTo(255);
    }
  }

  private static float[] values(RgbImage image, ModelInput.Image input) {
    ImagePreparation ready = ImagePreparation.of(image, input, 0);
    float[] values = new float[ready.values().remaining()];
    ready.values().get(values);
    return values;
  }
}
