package dev.minsight.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.minsight.media.Resampling;
import dev.minsight.media.RgbImage;
import dev.minsight.ml.FaceAligner.Similarity;
import dev.minsight.testing.Contract;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A face is turned, scaled and shifted to where the recognisers expect it. */
class FaceAlignerTest {

  @Test
  @DisplayName("A face that already lies on the template comes out as it is")
  void templateIsIdentity() {
    RgbImage face = Pictures.scene(1, 112, 112);

    assertThat(FaceAligner.align(face, FaceAligner.TEMPLATE).rgb()).isEqualTo(face.rgb());
  }

  @Test
  @DisplayName("A shifted face is cut out of the picture; outside of it is black")
  @Contract("compute.md 5.4 crop")
  void shiftedFace() {
    RgbImage photo = Pictures.scene(2, 300, 200);
    List<Point> inside =
        FaceAligner.TEMPLATE.stream().map(p -> new Point(p.x() + 90, p.y() + 40)).toList();
    List<Point> corner =
        FaceAligner.TEMPLATE.stream().map(p -> new Point(p.x() - 60, p.y() - 60)).toList();

    assertThat(FaceAligner.align(photo, inside).rgb())
        .isEqualTo(Resampling.crop(photo, 90, 40, 112, 112).rgb());
    RgbImage atCorner = FaceAligner.align(photo, corner);
    assertThat(atCorner.rgb()[(30 * 112 + 30) * 3]).isZero();
    assertThat(atCorner.rgb()[(60 * 112 + 60) * 3]).isEqualTo(photo.rgb()[0]);
  }

  @Property(tries = 100)
  @Label("Any turn, scale and shift is found again, and its inverse leads back")
  void findsTheTransform(
      @ForAll @DoubleRange(min = -3.1, max = 3.1) double angle,
      @ForAll @DoubleRange(min = 0.05, max = 20) double scale,
      @ForAll @DoubleRange(min = -5000, max = 5000) double dx,
      @ForAll @DoubleRange(min = -5000, max = 5000) double dy) {
    Similarity made = new Similarity(scale * Math.cos(angle), scale * Math.sin(angle), dx, dy);
    List<Point> moved = FaceAligner.TEMPLATE.stream().map(p -> made.apply(p.x(), p.y())).toList();

    Similarity found = Similarity.between(FaceAligner.TEMPLATE, moved);
    Point there = found.apply(20, 90);
    Point back = found.inverse().apply(there.x(), there.y());

    assertThat(found.a()).isCloseTo(made.a(), within(1e-6 * scale));
    assertThat(found.b()).isCloseTo(made.b(), within(1e-6 * scale));
    assertThat(back.x()).isCloseTo(20, within(1e-6));
    assertThat(back.y()).isCloseTo(90, within(1e-6));
  }

  @Test
  @DisplayName("Points in one place or of the wrong number give no alignment")
  void refusesDegenerate() {
    RgbImage photo = Pictures.scene(3, 50, 50);

    assertThatThrownBy(() -> FaceAligner.align(photo, Collections.nCopies(5, new Point(7, 7))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> FaceAligner.align(photo, List.of(new Point(1, 2), new Point(3, 4))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
