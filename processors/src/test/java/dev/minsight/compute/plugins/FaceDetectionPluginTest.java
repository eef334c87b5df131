package dev.minsight.compute.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.media.Fixtures;
import dev.minsight.media.RgbImage;
import dev.minsight.testing.Contract;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** compute.md 5.4, with the bundled model. */
class FaceDetectionPluginTest {

  private static final String TWO = "groups/two_people.jpg";

  @TempDir static Path folder;

  private static NinePlugins plugins;

  @BeforeAll
  static void open() {
    plugins = new NinePlugins(folder);
  }

  @AfterAll
  static void close() {
    plugins.close();
  }

  private static PluginRun.Done<?> detect(Path file, Map<String, String> form) {
    return new PluginRun<>(plugins.plugin("face_detection"), folder).run(file, form);
  }

  private static List<JsonNode> faces(PluginRun.Done<?> done) {
    return StreamSupport.stream(done.wire().get("faces").spliterator(), false).toList();
  }

  private static Path write(String name, BufferedImage image) {
    return Fixtures.write(folder, name, Fixtures.encode(image, "jpg"));
  }

  @Test
  @DisplayName("Faces with box, confidence, named points and a crop of 112 x 112, best first")
  @Contract({
    "compute.md 5.4 task_output",
    "compute.md 5.4 Face",
    "compute.md 5.4 coordinates",
    "compute.md 5.4 naming",
    "compute.md 5.4 files",
    "compute.md 5.4 crop",
    "compute.md 5.4 note"
  })
  void faces() throws IOException {
    Path photo = Fixtures.shared(TWO);
    BufferedImage image = ImageIO.read(photo.toFile());

    var done = detect(photo, Map.of());

    assertThat(done.taskOutput())
        .containsOnlyKeys("faces", "num_faces", "image_width", "image_height")
        .containsEntry("num_faces", 2)
        .containsEntry("image_width", image.getWidth())
        .containsEntry("image_height", image.getHeight());
    assertThat(done.json("output/face_detection.json"))
        .isEqualTo(new ObjectMapper().readTree(done.wire().toString()));
    List<JsonNode> faces = faces(done);
    assertThat(faces).hasSize(2);
    assertThat(faces.get(0).get("confidence").asDouble())
        .isGreaterThanOrEqualTo(faces.get(1).get("confidence").asDouble());
    for (int i = 0; i < 2; i++) {
      JsonNode face = faces.get(i);
      assertThat(face.fieldNames())
          .toIterable()
          .containsExactly("bbox", "confidence", "landmarks", "file_path");
      JsonNode box = face.get("bbox");
      assertThat(box.fieldNames()).toIterable().containsExactly("x1", "y1", "x2", "y2");
      double middle = (box.get("x1").asDouble() + box.get("x2").asDouble()) / 2;
      assertThat(middle).isBetween(0.0, 1.0);
      assertThat(box.get("y2").asDouble()).isBetween(box.get("y1").asDouble() + 0.01, 1.0);
      JsonNode points = face.get("landmarks");
      assertThat(points.fieldNames())
          .toIterable()
          .containsExactly("right_eye", "left_eye", "nose_tip", "mouth_right", "mouth_left");
      // The person's own right is on the picture's left.
      assertThat(points.at("/right_eye/0").asDouble())
          .isLessThan(points.at("/left_eye/0").asDouble());
      assertThat(points.at("/mouth_right/0").asDouble())
          .isLessThan(points.at("/mouth_left/0").asDouble());
      assertThat(points.at("/nose_tip/1").asDouble())
          .isBetween(points.at("/right_eye/1").asDouble(), points.at("/mouth_left/1").asDouble());
      assertThat(face.get("file_path").asText()).isEqualTo("faces/face_" + i + ".png");
      RgbImage crop = Fixtures.decode(done.file(face.get("file_path").asText()));
      assertThat(List.of(crop.width(), crop.height())).containsExactly(112, 112);
    }
  }

  @Test
  @DisplayName("A photo held upside down is turned first: size and places are as it is seen")
  @Contract("compute.md 5.4 orientation")
  void upright() throws IOException {
    BufferedImage image = ImageIO.read(Fixtures.shared(TWO).toFile());
    int width = image.getWidth();
    int height = image.getHeight();
    // Stored after a quarter turn against the clock; orientation 6 turns it back.
    BufferedImage turned = new BufferedImage(height, width, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        turned.setRGB(y, width - 1 - x, image.getRGB(x, y));
      }
    }
    byte[] told = Fixtures.withOrientation(Fixtures.encode(turned, "jpg"), 6);

    var plain = detect(Fixtures.shared(TWO), Map.of());
    var upright = detect(Fixtures.write(folder, "turned.jpg", told), Map.of());

    assertThat(upright.taskOutput())
        .containsEntry("image_width", width)
        .containsEntry("image_height", height)
        .containsEntry("num_faces", 2);
    for (String side : List.of("x1", "y1", "x2", "y2")) {
      assertThat(faces(upright).stream().mapToDouble(f -> f.at("/bbox/" + side).asDouble()).sum())
          .isCloseTo(
              faces(plain).stream().mapToDouble(f -> f.at("/bbox/" + side).asDouble()).sum(),
              within(0.03));
    }
  }

  @Test
  @DisplayName("What the border cuts off lies on the border, boxes and points alike")
  @Contract("compute.md 5.4 coordinates")
  void clamped() throws IOException {
    BufferedImage image = ImageIO.read(Fixtures.shared("people/obama/obama_1.jpg").toFile());
    List<Double> borders = new ArrayList<>();

    // The face is 243 wide from 370 on and 331 high from 91 on; cuts go through it from all sides.
    for (int cut = 40; cut < 240; cut += 20) {
      int right = 370 + cut;
      int bottom = 91 + cut;
      for (BufferedImage part :
          List.of(
              image.getSubimage(right, 0, image.getWidth() - right, image.getHeight()),
              image.getSubimage(0, 0, right, image.getHeight()),
              image.getSubimage(0, bottom, image.getWidth(), image.getHeight() - bottom),
              image.getSubimage(0, 0, image.getWidth(), bottom))) {
        for (JsonNode face :
            faces(detect(write("cut.jpg", part), Map.of("confidence_threshold", "0.1")))) {
          face.get("bbox").forEach(side -> borders.add(side.asDouble()));
          face.get("landmarks")
              .forEach(point -> point.forEach(value -> borders.add(2 + value.asDouble())));
        }
      }
    }

    assertThat(borders)
        .as("boxes, and points plus 2")
        .allMatch(value -> value >= 0 && value <= 1 || value >= 2 && value <= 3)
        .containsAnyOf(0.0, 1.0)
        .containsAnyOf(2.0, 3.0);
  }

  @Test
  @DisplayName("A picture without faces completes, with none of them")
  @Contract("compute.md 5.4 zero faces")
  void none() throws IOException {
    var done = detect(Fixtures.write(folder, "a.jpg", Fixtures.jpeg(300, 200)), Map.of());

    assertThat(done.wire().toString())
        .isEqualTo("{\"faces\":[],\"num_faces\":0,\"image_width\":300,\"image_height\":200}");
    assertThat(done.json("output/face_detection.json").get("num_faces").asInt()).isZero();
    try (var crops = java.nio.file.Files.list(done.file("faces"))) {
      assertThat(crops).isEmpty();
    }
  }

  @Test
  @DisplayName("A higher confidence keeps fewer faces, an overlap of 1 more boxes of the same")
  @Contract("compute.md 5.4 fields")
  void thresholds() {
    Path photo = Fixtures.shared(TWO);

    assertThat(faces(detect(photo, Map.of("confidence_threshold", "1")))).isEmpty();
    assertThat(faces(detect(photo, Map.of("nms_threshold", "1")))).hasSizeGreaterThan(2);
    assertThat(faces(detect(photo, Map.of("confidence_threshold", "0.9"))))
        .allSatisfy(
            face -> assertThat(face.get("confidence").asDouble()).isGreaterThanOrEqualTo(0.9));
  }
}
