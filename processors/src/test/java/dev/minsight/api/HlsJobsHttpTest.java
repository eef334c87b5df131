package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.testing.Contract;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.TestServer;
import dev.minsight.testing.Videos;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The task hls_streaming over HTTP; compute.md 5.7. */
class HlsJobsHttpTest {

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final String JOBS = "/jobs/hls_streaming";
  private static final String SMALL = "[{\"resolution\":48,\"bitrate\":100}]";

  private final TestServer server = OpenServer.shared();

  @TempDir Path folder;

  private HttpResponse<String> form(Map<String, String> fields) {
    return server.form("POST", server.compute(JOBS), null, fields);
  }

  private JsonNode ended(HttpResponse<String> submitted) {
    assertThat(submitted.statusCode()).as(submitted.body()).isEqualTo(200);
    String id = TestServer.json(submitted).get("job_id").asText();
    return await()
        .atMost(LONG)
        .until(
            () -> TestServer.json(server.get(server.compute("/jobs/" + id), null)),
            job -> List.of("completed", "failed").contains(job.path("status").asText()));
  }

  private void assertRefused(Map<String, String> fields, int status, String why) {
    HttpResponse<String> answer = form(fields);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains(why);
  }

  @Test
  @DisplayName("compute.md 5.7: an upload, as the SDK sends it, ends with a stream to download")
  @Contract({
    "compute.md 5.7 params",
    "compute.md 5.7 task_output",
    "compute.md 5.7 master_playlist",
    "compute.md 5.7 files"
  })
  void upload() throws IOException {
    Path video = Videos.withSound(folder.resolve("clip.mp4"), 160, 120, 3);

    JsonNode job =
        ended(
            server.multipart(
                "POST",
                server.compute(JOBS),
                null,
                Map.of("include_original", "true", "priority", "5"),
                "file",
                video));

    assertThat(job.get("status").asText()).as(job.toString()).isEqualTo("completed");
    assertThat(job.get("progress").asInt()).isEqualTo(100);
    assertThat(job.at("/params/output_path").asText()).isEqualTo("output");
    assertThat(job.at("/params/include_original").asBoolean()).isTrue();
    assertThat(job.at("/params/variants").size()).isEqualTo(2);
    assertThat(job.at("/params/output_absolute_path").isNull()).isTrue();
    JsonNode output = job.get("task_output");
    assertThat(output.get("master_playlist").asText()).isEqualTo("output/adaptive.m3u8");
    assertThat(output.get("variants_generated").asInt()).isEqualTo(2);
    assertThat(output.get("total_segments").asInt()).isEqualTo(4);
    assertThat(output.get("include_original").asBoolean()).isTrue();
    for (String file :
        List.of(
            "adaptive.m3u8",
            "adaptive-720p-3500.m3u8",
            "adaptive-480p-1500-001.ts",
            "adaptive-orig-000.ts")) {
      String path = "/jobs/" + job.get("job_id").asText() + "/files/output/" + file;
      assertThat(server.get(server.compute(path), null).statusCode()).as(file).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("compute.md 5.7: a video of the media folder, by an urlencoded form")
  @Contract({"compute.md 5.7 fields", "compute.md 5.7 ref-store use"})
  void byPath() {
    Path media = server.home().resolve("media");
    Path video = Videos.silent(media.resolve("hls-by-path.mp4"), 64, 48, 1);
    Path target = media.resolve("streams/by/path");

    JsonNode job =
        ended(
            form(
                Map.of(
                    "input_absolute_path",
                    video.toString(),
                    "output_absolute_path",
                    target.toString(),
                    "variants",
                    SMALL)));

    assertThat(job.at("/task_output/master_playlist").asText())
        .as(job.toString())
        .isEqualTo(target.resolve("adaptive.m3u8").toString());
    assertThat(target.resolve("adaptive-48p-100-000.ts")).isRegularFile();
  }

  @Test
  @DisplayName("compute.md 5.7: neither file nor path is 400, what else is wrong 422")
  @Contract({
    "compute.md 5.7 variants item",
    "compute.md 5.7 neither file nor input path",
    "compute.md 5.7 path-job BUG",
    "compute.md 5.7 security"
  })
  void refused() {
    String in = "input_absolute_path";
    String out = "output_absolute_path";
    assertThat(form(Map.of("include_original", "true")).body())
        .isEqualTo("{\"detail\":\"Either file or input_absolute_path must be provided\"}");
    assertRefused(Map.of(), 400, "Either file");
    assertRefused(Map.of(in, "/etc/passwd", out, "streams/x"), 422, "media folder");
    assertRefused(Map.of(in, "v.mp4"), 422, out);
    assertRefused(Map.of(in, "v.mp4", out, "x", "variants", "[{"), 422, "JSON");
    assertRefused(Map.of(in, "v.mp4", out, "x", "variants", "[]"), 422, "variants");
    assertRefused(Map.of(in, "v.mp4", out, "x", "variants", "{\"a\":1}"), 422, "");
    assertRefused(
        Map.of(in, "v.mp4", out, "x", "variants", "[{\"bitrate\":99}]"), 422, "equal to 100");
    assertRefused(Map.of(in, "v.mp4", out, "x", "include_original", "maybe"), 422, "");
    assertRefused(Map.of(in, "v.mp4", out, "x", "priority", "11"), 422, "priority");
  }

  @Test
  @DisplayName("A job that cannot be done fails with its reason")
  void failed() {
    JsonNode job =
        ended(form(Map.of("input_absolute_path", "no.mp4", "output_absolute_path", "streams/no")));

    assertThat(job.get("status").asText()).isEqualTo("failed");
    assertThat(job.get("error_message").asText()).contains("no such file");
  }

  @Test
  @DisplayName("The schema of the parameters says what a variant is")
  void schema() {
    JsonNode plugins = TestServer.json(server.get(server.compute("/plugins"), null));

    assertThat(plugins.toString()).contains("hls_streaming", "\"resolution\"", "\"bitrate\"");
  }
}
