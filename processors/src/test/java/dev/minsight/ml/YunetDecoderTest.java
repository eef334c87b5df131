package dev.minsight.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.minsight.support.RetryableException;
import dev.minsight.testing.Contract;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The maps of YuNet become faces by the published formula. */
class YunetDecoderTest {

  private static final int HEIGHT = 64;
  private static final int WIDTH = 96;

  @Test
  @DisplayName(
      "A cell's box and points are offsets from its place, in strides; the size a logarithm")
  @Contract("compute.md 5.4 model")
  void decodesOneCell() {
    Map<String, Tensor> maps = emptyMaps();
    int cell = 2 * (WIDTH / 16) + 3;
    put(maps, "cls_16", cell, 0.9f);
    put(maps, "obj_16", cell, 0.4f);
    put(maps, "bbox_16", cell * 4, 0.5f, 0.25f, (float) Math.log(2), (float) Math.log(1.5));
    put(maps, "kps_16", cell * 10, 0, 0, 1, 0, 0.5f, 0.5f, 0, 1, 1, 1);

    List<DetectedFace> faces = YunetDecoder.decode(maps, HEIGHT, WIDTH, 0.5);

    assertThat(faces).hasSize(1);
    DetectedFace face = faces.get(0);
    assertThat(face.confidence()).isCloseTo(0.6, within(1e-6));
    assertThat(face.box().x1()).isCloseTo(3.5 * 16 - 16, within(1e-4));
    assertThat(face.box().y1()).isCloseTo(2.25 * 16 - 12, within(1e-4));
    assertThat(face.box().width()).isCloseTo(32, within(1e-4));
    assertThat(face.box().height()).isCloseTo(24, within(1e-4));
    assertThat(face.landmarks())
        .containsExactly(
            new Point(48, 32),
            new Point(64, 32),
            new Point(56, 40),
            new Point(48, 48),
            new Point(64, 48));
  }

  @Test
  @DisplayName("Cells below the threshold are no candidates, and odd probabilities are clamped")
  void thresholdAndClamp() {
    Map<String, Tensor> maps = emptyMaps();
    put(maps, "cls_8", 0, 1.2f);
    put(maps, "obj_8", 0, 1f);
    put(maps, "cls_32", 1, 0.7f);
    put(maps, "obj_32", 1, 0.7f);
    put(maps, "cls_32", 2, -0.5f);
    put(maps, "obj_32", 2, 0.9f);

    assertThat(YunetDecoder.decode(maps, HEIGHT, WIDTH, 0.75))
        .singleElement()
        .extracting(DetectedFace::confidence)
        .isEqualTo(1.0);
  }

  @Test
  @DisplayName("A model without the twelve maps is told apart from a picture without faces")
  void missingMap() {
    Map<String, Tensor> maps = emptyMaps();
    maps.remove("kps_32");

    assertThatThrownBy(() -> YunetDecoder.decode(maps, HEIGHT, WIDTH, 0.5))
        .isInstanceOf(RetryableException.class)
        .hasMessageContaining("kps_32");
  }

  private static Map<String, Tensor> emptyMaps() {
    Map<String, Tensor> maps = new HashMap<>();
    for (int stride : new int[] {8, 16, 32}) {
      int cells = (HEIGHT / stride) * (WIDTH / stride);
      Map.of("cls_", 1, "obj_", 1, "bbox_", 4, "kps_", 10)
          .forEach(
              (name, values) ->
                  maps.put(
                      name + stride,
                      new Tensor(
                          new long[] {1, cells, values}, FloatBuffer.allocate(cells * values))));
    }
    return maps;
  }

  private static void put(Map<String, Tensor> maps, String name, int at, float... values) {
    for (int i = 0; i < values.length; i++) {
      maps.get(name).values().put(at + i, values[i]);
    }
  }
}
