package dev.minsight.compute.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.media.FileDigest;
import dev.minsight.media.Fixtures;
import dev.minsight.ml.Npy;
import dev.minsight.support.UnprocessableMediaException;
import dev.minsight.testing.Contract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Issue 4, bad input: every plugin with each of them. */
class BadInputMatrixTest {

  private static final List<String> TASKS =
      List.of(
          "clip_embedding",
          "dino_embedding",
          "exif",
          "face_detection",
          "face_embedding",
          "hash",
          "hls_streaming",
          "image_conversion",
          "media_thumbnail");

  /** How often and how each plugin is asked; once with nothing where not named. */
  private static final Map<String, List<Map<String, String>>> FORMS =
      Map.of(
          "image_conversion",
          List.of(Map.of("format", "png"), Map.of("format", "jpg")),
          "hls_streaming",
          List.of(Map.of("variants", "[{\"resolution\":48,\"bitrate\":100}]")));

  @TempDir static Path folder;

  private static NinePlugins plugins;

  /** Each is made once. */
  private static final Map<String, Path> MADE = new HashMap<>();

  @BeforeAll
  static void open() {
    plugins = new NinePlugins(folder);
  }

  @AfterAll
  static void close() {
    plugins.close();
    MADE.clear();
  }

  private static Path made(BadInput bad) {
    return MADE.computeIfAbsent(
        bad.name(),
        name -> {
          try {
            return bad.in(Files.createTempDirectory(folder, "input"));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  static Stream<Arguments> matrix() {
    List<BadInput> inputs = BadInput.all().toList();
    return TASKS.stream().flatMap(task -> inputs.stream().map(bad -> Arguments.of(task, bad)));
  }

  /** Part of the reason why the task must fail, null when it must not. */
  private static String refusal(String task, BadInput bad) {
    return switch (task) {
      case "exif", "hash" -> null;
      case "hls_streaming" -> bad.asVideo();
      case "media_thumbnail" -> bad.asThumbnail();
      default -> bad.asPicture();
    };
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("matrix")
  @DisplayName("Bad input ends in a result, or in a failure that says why in plain words")
  @Contract({"compute.md 3 validation no sniffing", "compute.md 5.3 tool"})
  void endsWell(String task, BadInput bad) throws IOException {
    Path file = made(bad);
    var plugin = new PluginRun<>(plugins.plugin(task), folder);
    String refusal = refusal(task, bad);

    for (Map<String, String> form : FORMS.getOrDefault(task, List.of(Map.of()))) {
      if (refusal == null) {
        assertDone(task, bad, file, plugin.run(file, form));
      } else {
        assertThatThrownBy(() -> plugin.run(file, form))
            .isInstanceOf(UnprocessableMediaException.class)
            .hasMessageContaining(refusal)
            .message()
            .doesNotContain("Exception", "null", folder.toString(), file.toString());
      }
    }
  }

  private static void assertDone(String task, BadInput bad, Path file, PluginRun.Done<?> done)
      throws IOException {
    JsonNode output = done.wire();
    switch (task) {
      case "clip_embedding", "dino_embedding", "face_embedding" -> {
        float[] vector = Npy.read(Files.readAllBytes(done.file("output/" + task + ".npy")));
        assertThat(vector).hasSize(output.get("embedding_dim").asInt());
        assertThat(length(vector)).isCloseTo(1, within(1e-3));
      }
      case "face_detection" -> {
        assertThat(output.get("image_width").asInt()).isPositive();
        assertThat(output.get("faces")).hasSize(output.get("num_faces").asInt());
        output
            .get("faces")
            .forEach(
                face -> assertThat(done.file(face.get("file_path").asText())).isNotEmptyFile());
      }
      case "exif" ->
          assertThat(output.at("/raw_metadata/File:FileSize").asLong()).isEqualTo(Files.size(file));
      case "hash" -> {
        boolean picture = bad.asPicture() == null;
        boolean video = bad.asVideo() == null;
        String algorithm = picture ? "image" : video ? "video" : "generic";
        assertThat(output.get("algorithm").asText()).isEqualTo("sha512_" + algorithm);
        assertThat(output.get("hash_value").asText()).hasSize(128);
        assertThat(output.get("phash").isTextual()).isEqualTo(picture);
        if (!picture && !video) {
          assertThat(output.get("hash_value").asText()).isEqualTo(FileDigest.hex(file, "SHA-512"));
        }
      }
      case "hls_streaming" -> {
        assertThat(output.get("total_segments").asInt()).isPositive();
        assertThat(done.file(output.get("master_playlist").asText())).isNotEmptyFile();
      }
      case "image_conversion" -> assertPicture(done.file(output.get("output_path").asText()));
      case "media_thumbnail" -> assertPicture(done.file(output.get("thumbnail_path").asText()));
      default -> throw new AssertionError(task);
    }
  }

  private static void assertPicture(Path file) {
    assertThat(Fixtures.decode(file).longSide()).isPositive();
  }

  private static double length(float[] vector) {
    double sum = 0;
    for (float value : vector) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }

  @Test
  @DisplayName("The matrix has all of ../shared/media/corrupt")
  void allCorruptFiles() throws IOException {
    List<String> names = BadInput.all().map(BadInput::name).toList();

    try (Stream<Path> files = Files.list(Fixtures.shared("corrupt"))) {
      assertThat(files.map(file -> "corrupt/" + file.getFileName())).isSubsetOf(names);
    }
  }
}
