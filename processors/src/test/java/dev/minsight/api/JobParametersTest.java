package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.testing.Contract;
import dev.minsight.testing.TestServer;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Issue 4, bad input: the parameters of every plugin at each of their bounds and past it. The forms
 * come without a file, so that nothing is begun: what is wrong is the file alone, or the field,
 * too.
 */
class JobParametersTest {

  private final TestServer server = TestServer.shared();

  private List<String> wrong(String task, Map<String, String> fields) {
    Map<String, String> form = new LinkedHashMap<>(fields);
    if (task.equals("image_conversion")) {
      form.putIfAbsent("format", "png");
    }
    HttpResponse<String> answer =
        server.form("POST", server.compute("/jobs/" + task), server.adminToken(), form);
    JsonNode detail = TestServer.json(answer).get("detail");
    if (detail.isTextual()) {
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      assertThat(detail.asText()).isEqualTo("Either file or input_absolute_path must be provided");
      return List.of();
    }
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    detail.forEach(
        mistake -> {
          assertThat(mistake.at("/loc/0").asText()).isEqualTo("body");
          assertThat(mistake.get("msg").asText()).isNotBlank().doesNotContain("Exception");
          assertThat(mistake.get("type").asText()).isNotBlank();
        });
    return detail.findValues("loc").stream()
        .map(loc -> loc.get(1).asText())
        .filter(field -> !field.equals("file"))
        .toList();
  }

  @ParameterizedTest(name = "{0}: {1} = {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "clip_embedding   | normalize              | true",
        "clip_embedding   | normalize              | False",
        "dino_embedding   | normalize              | 0",
        "face_embedding   | normalize              | no",
        "exif             | tags                   | Make",
        "exif             | tags                   | Make,, Model,",
        "face_detection   | confidence_threshold   | 0",
        "face_detection   | confidence_threshold   | 1",
        "face_detection   | nms_threshold          | 0.0",
        "face_detection   | nms_threshold          | 1.0",
        "hash             | algorithm              | sha512",
        "hash             | algorithm              | md5",
        "hls_streaming    | include_original       | true",
        "hls_streaming    | variants               | [{\"resolution\":16,\"bitrate\":100}]",
        "hls_streaming    | variants               | [{\"resolution\":4320,\"bitrate\":300000}]",
        "hls_streaming    | variants               | [{\"resolution\":null,\"bitrate\":null}]",
        "image_conversion | format                 | jpeg",
        "image_conversion | format                 | tiff",
        "image_conversion | quality                | 1",
        "image_conversion | quality                | 100",
        "media_thumbnail  | width                  | 1",
        "media_thumbnail  | width                  | 2147483647",
        "media_thumbnail  | height                 | 1",
        "media_thumbnail  | maintain_aspect_ratio  | off",
        "hash             | priority               | 0",
        "hash             | priority               | 10",
        "hash             | colour                 | any field that nobody knows"
      })
  @DisplayName("A parameter at its bound is taken, and a field that nobody knows passed over")
  @Contract({"compute.md 3 validation priority", "compute.md 3 validation unknown fields"})
  void atBounds(String task, String field, String value) {
    assertThat(wrong(task, Map.of(field, value))).isEmpty();
  }

  @ParameterizedTest(name = "{0}: {1} = {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "clip_embedding   | normalize              | maybe",
        "dino_embedding   | normalize              | 2",
        "face_embedding   | normalize              | [true]",
        "face_detection   | confidence_threshold   | -0.001",
        "face_detection   | confidence_threshold   | 1.001",
        "face_detection   | confidence_threshold   | NaN",
        "face_detection   | nms_threshold          | -1",
        "face_detection   | nms_threshold          | 1e9",
        "face_detection   | nms_threshold          | half",
        "hash             | algorithm              | sha256",
        "hash             | algorithm              | SHA512",
        "hls_streaming    | include_original       | original",
        "hls_streaming    | variants               | [{\"resolution\":15}]",
        "hls_streaming    | variants               | [{\"resolution\":4321}]",
        "hls_streaming    | variants               | [{\"bitrate\":99}]",
        "hls_streaming    | variants               | [{\"bitrate\":300001}]",
        "hls_streaming    | variants               | []",
        "hls_streaming    | variants               | [{},{},{},{},{},{},{},{},{},{},{}]",
        "hls_streaming    | variants               | [{",
        "image_conversion | format                 | avif",
        "image_conversion | format                 | PNG",
        "image_conversion | quality                | 0",
        "image_conversion | quality                | 101",
        "image_conversion | quality                | 85.5",
        "media_thumbnail  | width                  | 0",
        "media_thumbnail  | width                  | -1",
        "media_thumbnail  | width                  | 2147483648",
        "media_thumbnail  | height                 | 0",
        "media_thumbnail  | height                 | -2147483648",
        "media_thumbnail  | height                 | tall",
        "media_thumbnail  | maintain_aspect_ratio  | perhaps",
        "hash             | priority               | -1",
        "hash             | priority               | 11",
        "hash             | priority               | 1.5",
        "hash             | priority               | urgent"
      })
  @DisplayName("A parameter past its bound is refused when the job is submitted, by its name")
  @Contract("compute.md 3 validation priority")
  void pastBounds(String task, String field, String value) {
    assertThat(wrong(task, Map.of(field, value))).containsExactly(field);
  }

  @Test
  @DisplayName("exif takes 500 tags and not one more; image_conversion must be told the format")
  void lists() {
    String most = IntStream.range(0, 500).mapToObj(i -> "Tag" + i).collect(Collectors.joining(","));

    assertThat(wrong("exif", Map.of("tags", most))).isEmpty();
    assertThat(wrong("exif", Map.of("tags", most + ",More"))).containsExactly("tags");
    assertThat(wrong("image_conversion", Map.of("format", ""))).containsExactly("format");
  }

  @ParameterizedTest
  @CsvSource({
    "clip_embedding",
    "dino_embedding",
    "exif",
    "face_detection",
    "face_embedding",
    "hash",
    "image_conversion",
    "media_thumbnail"
  })
  @DisplayName("Without a file the answer is 422, in both encodings, and names the field")
  @Contract({"compute.md 3 validation missing file", "compute.md 3 validation both encodings"})
  void missingFile(String task) {
    Map<String, String> fields = Map.of("format", "png");
    for (HttpResponse<String> answer :
        List.of(
            server.form("POST", server.compute("/jobs/" + task), server.adminToken(), fields),
            server.multipart(
                "POST",
                server.compute("/jobs/" + task),
                server.adminToken(),
                fields,
                null,
                null))) {
      assertThat(answer.statusCode()).isEqualTo(422);
      assertThat(TestServer.json(answer).get("detail"))
          .singleElement()
          .satisfies(
              mistake -> {
                assertThat(mistake.get("loc").toString()).isEqualTo("[\"body\",\"file\"]");
                assertThat(mistake.get("type").asText()).isEqualTo("missing");
                assertThat(mistake.get("msg").asText()).isEqualTo("Field required");
              });
    }
  }
}
