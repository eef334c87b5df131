package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.testing.Contract;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import dev.minsight.testing.Videos;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows of compute.md sections 2 to 5 that show over HTTP and are nobody else's subject. */
class ComputeRowsTest {

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final byte[] PICTURE = Pictures.noise("png", 24, 16, 5);

  private final TestServer server = TestServer.shared();

  @TempDir Path folder;

  private HttpResponse<String> get(String path) {
    return server.get(server.compute(path), server.adminToken());
  }

  private JsonNode json(String path) {
    HttpResponse<String> answer = get(path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return TestServer.json(answer);
  }

  private HttpResponse<String> send(String task, String token, StoreClient.Multipart form) {
    return server.send(
        server
            .request(server.compute("/jobs/" + task), token)
            .header("Content-Type", "multipart/form-data; boundary=rows-31")
            .POST(BodyPublishers.ofByteArray(form.bytes()))
            .build());
  }

  private static StoreClient.Multipart form(Map<String, String> fields) {
    return new StoreClient.Multipart("rows-31").fields(fields);
  }

  private static String id(HttpResponse<String> submitted) {
    assertThat(submitted.statusCode()).as(submitted.body()).isEqualTo(200);
    return TestServer.json(submitted).get("job_id").asText();
  }

  private String submit(String task, Map<String, String> fields, String name, byte[] bytes) {
    return id(send(task, server.adminToken(), form(fields).file("file", name, bytes)));
  }

  private JsonNode ended(String id) {
    return await()
        .atMost(LONG)
        .until(
            () -> json("/jobs/" + id),
            job -> List.of("completed", "failed").contains(job.get("status").asText()));
  }

  private Path jobFolder(String id) {
    return server.home().resolve("compute/jobs").resolve(id);
  }

  @Test
  @DisplayName("The root of compute, for everybody: healthy, Task Server, guest mode, accounts")
  @Contract({
    "compute.md 2 GET /, GET /capabilities",
    "compute.md 3 GET /",
    "compute.md 3 path root auth_required"
  })
  void root() {
    for (String token : new String[] {null, "nonsense"}) {
      assertThat(TestServer.json(server.get(server.compute("/"), token)).toString())
          .isEqualTo(
              "{\"status\":\"healthy\",\"service\":\"Task Server\",\"version\":\"v1\","
                  + "\"guestMode\":\"on\",\"auth_required\":true}");
      assertThat(server.get(server.compute("/capabilities"), token).statusCode()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("The preference on the port of compute: shown to admins, under each of its paths")
  @Contract({
    "compute.md 3 GET /admin/pref",
    "compute.md 3 GET /admin/pref/guest-mode",
    "compute.md 3 PUT /admin/pref/guest-mode",
    "compute.md 3 path pref"
  })
  void preference() {
    HttpResponse<String> chosen =
        server.form(
            "PUT",
            server.compute("/admin/pref/guest-mode"),
            server.adminToken(),
            Map.of("guest_mode", "true"));

    assertThat(chosen.body())
        .isEqualTo("{\"guest_mode\":true,\"message\":\"Configuration updated successfully\"}");
    for (String path : List.of("/admin/pref", "/admin/pref/guest-mode", "/admin/config")) {
      JsonNode preference = json(path);
      assertThat(preference.fieldNames())
          .toIterable()
          .as(path)
          .containsExactly("guest_mode", "updated_at", "updated_by");
      assertThat(preference.get("guest_mode").booleanValue()).isTrue();
      assertThat(preference.get("updated_at").asLong()).isPositive();
      assertThat(preference.get("updated_by").asText()).isEqualTo("1");
    }
    assertThat(
            server
                .form(
                    "PUT",
                    server.compute("/admin/pref/guest-mode"),
                    server.adminToken(),
                    Map.of("guest_mode", "sometimes"))
                .statusCode())
        .isEqualTo(422);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "clip_embedding | a b.png | {'output_path':'output/clip_embedding.npy','normalize':true,"
            + "'input_path':'input/a b.png'}",
        "dino_embedding | a.png | {'output_path':'output/dino_embedding.npy','normalize':true,"
            + "'input_path':'input/a.png'}",
        "exif | a.png | {'output_path':'output/exif_metadata.json','tags':[],"
            + "'input_path':'input/a.png'}",
        "face_detection | a.png | {'output_path':'output/face_detection.json',"
            + "'confidence_threshold':null,'nms_threshold':null,'input_path':'input/a.png'}",
        "face_embedding | a.png | {'output_path':'output/face_embedding.npy','normalize':true,"
            + "'input_path':'input/a.png'}",
        "hash | a.png | {'output_path':'output/hash.json','algorithm':'sha512',"
            + "'input_path':'input/a.png'}",
        "hls_streaming | a.png | {'output_path':'output','input_absolute_path':null,"
            + "'output_absolute_path':null,'variants':[{'resolution':720,'bitrate':3500},"
            + "{'resolution':480,'bitrate':1500}],'include_original':false,"
            + "'input_path':'input/a.png'}",
        "image_conversion | a.b.png | {'output_path':'output/converted_a.b.jpg','format':'jpeg',"
            + "'quality':85,'input_path':'input/a.b.png'}",
        "media_thumbnail | a.png | {'output_path':'output/thumbnail.jpg','width':null,"
            + "'height':null,'maintain_aspect_ratio':true,'input_path':'input/a.png'}"
      })
  @DisplayName("What is not sent has its default, and the parameters show it")
  @Contract({
    "compute.md 5 fields",
    "compute.md 5 params",
    "compute.md 5.1 fields",
    "compute.md 5.1 params",
    "compute.md 5.2 fields",
    "compute.md 5.2 params",
    "compute.md 5.3 params",
    "compute.md 5.4 params",
    "compute.md 5.5 fields",
    "compute.md 5.5 params",
    "compute.md 5.6 params",
    "compute.md 5.7 fields",
    "compute.md 5.7 params",
    "compute.md 5.8 fields",
    "compute.md 5.8 params",
    "compute.md 5.9 params"
  })
  void params(String task, String name, String params) throws IOException {
    Map<String, String> fields =
        task.equals("image_conversion") ? Map.of("format", "jpeg") : Map.of();

    JsonNode job = json("/jobs/" + submit(task, fields, name, PICTURE));

    assertThat(job.get("params")).isEqualTo(new ObjectMapper().readTree(params.replace('\'', '"')));
    assertThat(job.get("priority").asInt()).isEqualTo(5);
  }

  @Test
  @DisplayName("A job shows every field of the contract, before it has ended and afterwards")
  @Contract({
    "compute.md 3 JobCreated",
    "compute.md 3 JobResponse job_id",
    "compute.md 3 JobResponse task_type",
    "compute.md 3 JobResponse status",
    "compute.md 3 JobResponse progress",
    "compute.md 3 JobResponse params",
    "compute.md 3 JobResponse task_output",
    "compute.md 3 JobResponse error_message",
    "compute.md 3 JobResponse priority",
    "compute.md 3 JobResponse created_at",
    "compute.md 3 JobResponse updated_at, started_at, completed_at",
    "compute.md 4 submit",
    "compute.md 4 jobs table"
  })
  void jobResponse() {
    long before = System.currentTimeMillis();
    String user = server.token("4711", "ai_inference_support");

    HttpResponse<String> created =
        send("hash", user, form(Map.of("priority", "7")).file("file", "a.png", PICTURE));

    assertThat(created.body())
        .matches("\\{\"job_id\":\"[0-9a-f-]{36}\",\"status\":\"queued\",\"task_type\":\"hash\"}");
    String id = id(created);
    JsonNode job = ended(id);
    long after = System.currentTimeMillis();
    assertThat(job.get("job_id").asText())
        .isEqualTo(id)
        .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    assertThat(job.get("task_type").asText()).isEqualTo("hash");
    assertThat(job.get("status").asText()).isEqualTo("completed");
    assertThat(job.get("progress").asInt()).isEqualTo(100);
    assertThat(job.get("params").isObject()).isTrue();
    assertThat(job.at("/task_output/media_type").asText()).isEqualTo("image");
    assertThat(job.get("error_message").isNull()).isTrue();
    assertThat(job.get("priority").asInt()).isEqualTo(7);
    assertThat(job.get("created_by").asText()).isEqualTo("4711");
    long createdAt = job.get("created_at").asLong();
    assertThat(createdAt).isBetween(before, after);
    assertThat(job.get("started_at").asLong()).isBetween(createdAt, after);
    assertThat(job.get("completed_at").asLong())
        .isBetween(job.get("started_at").asLong(), after)
        .isEqualTo(job.get("updated_at").asLong());
  }

  @Test
  @DisplayName("A job that waits has null where nothing is known yet, and a guest made it")
  @Contract({
    "compute.md 3 JobResponse progress",
    "compute.md 3 JobResponse task_output",
    "compute.md 3 JobResponse updated_at, started_at, completed_at",
    "compute.md 4 submit"
  })
  void waiting() {
    // Such jobs have one thread, which is given one more to come.
    byte[] video = Videos.bytes(320, 240, 30);
    String running = submit("hls_streaming", Map.of(), "a.mp4", video);
    String next = submit("hls_streaming", Map.of(), "b.mp4", video);
    String id = id(send("hls_streaming", null, form(Map.of()).file("file", "c.mp4", video)));

    JsonNode job = json("/jobs/" + id);

    assertThat(job.get("status").asText()).isEqualTo("queued");
    assertThat(job.get("progress").asInt()).isZero();
    for (String field :
        List.of("task_output", "error_message", "started_at", "completed_at", "created_by")) {
      assertThat(job.get(field).isNull()).as(field).isTrue();
    }
    assertThat(job.get("updated_at").asLong()).isEqualTo(job.get("created_at").asLong());
    for (String done : List.of(id, next, running)) {
      assertThat(server.delete(server.compute("/jobs/" + done), server.adminToken()).statusCode())
          .isEqualTo(204);
    }
  }

  @Test
  @DisplayName("DELETE in the middle of the work: 204, the row and the folder go, nothing returns")
  @Contract({"compute.md 3 DELETE /jobs/{job_id}", "compute.md 4 delete while running"})
  void deleteWhileRunning() {
    String id = submit("hls_streaming", Map.of(), "long.mp4", Videos.bytes(320, 240, 60));
    await()
        .atMost(LONG)
        .until(() -> json("/jobs/" + id).get("status").asText().equals("processing"));

    HttpResponse<String> gone = server.delete(server.compute("/jobs/" + id), server.adminToken());

    assertThat(gone.statusCode()).isEqualTo(204);
    assertThat(gone.body()).isEmpty();
    assertThat(get("/jobs/" + id).statusCode()).isEqualTo(404);
    await().atMost(LONG).until(() -> !Files.exists(jobFolder(id)));
    // The worker is free again, and has left nothing behind.
    String next = submit("hls_streaming", Map.of(), "a.png", PICTURE);
    assertThat(ended(next).get("status").asText()).isEqualTo("failed");
    assertThat(jobFolder(id)).doesNotExist();
  }

  @Test
  @DisplayName("The file may come under any name of field; file goes before the others")
  @Contract("compute.md 3 path upload field")
  void uploadField() {
    StoreClient.Multipart image = form(Map.of()).file("image", "i.png", PICTURE);
    StoreClient.Multipart both =
        form(Map.of()).file("video", "v.png", PICTURE).file("file", "f.png", PICTURE);

    String first = id(send("hash", server.adminToken(), image));
    String second = id(send("hash", server.adminToken(), both));

    assertThat(json("/jobs/" + first).at("/params/input_path").asText()).isEqualTo("input/i.png");
    assertThat(json("/jobs/" + second).at("/params/input_path").asText()).isEqualTo("input/f.png");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "../../../escape.png, input/escape.png",
    "/etc/escape.png, input/escape.png",
    "C:\\\\users\\\\escape.png, input/escape.png",
    "über.png, input/über.png"
  })
  @DisplayName("Of the name of an upload only its harmless end is kept")
  @Contract("compute.md 3 validation file name")
  void fileName(String sent, String kept) {
    String id = submit("hash", Map.of(), sent, PICTURE);

    assertThat(json("/jobs/" + id).at("/params/input_path").asText()).isEqualTo(kept);
    assertThat(jobFolder(id).resolve(kept)).hasSize(PICTURE.length);
    assertThat(ended(id).get("status").asText()).isEqualTo("completed");
  }

  @Test
  @DisplayName("A job's folder has input and output, and faces beside them, all of it to download")
  @Contract({
    "compute.md 1 job files",
    "compute.md 3 GET /jobs/{job_id}/files/{path...}",
    "compute.md 4 storage layout"
  })
  void layout() {
    String id = submit("face_detection", Map.of(), "a.png", PICTURE);
    ended(id);

    assertThat(jobFolder(id).resolve("input/a.png")).hasBinaryContent(PICTURE);
    assertThat(jobFolder(id).resolve("output/face_detection.json")).isRegularFile();
    assertThat(jobFolder(id).resolve("faces")).isDirectory();
    assertThat(get("/jobs/" + id + "/files/output/face_detection.json").body())
        .startsWith("{\"faces\":[");
    HttpResponse<String> input = get("/jobs/" + id + "/files/input/a.png");
    assertThat(input.headers().firstValue("Content-Type")).contains("application/octet-stream");
    assertThat(input.headers().firstValue("Content-Disposition").orElseThrow())
        .startsWith("attachment; filename=\"a.png\"");
  }

  @Test
  @DisplayName("A file that is not to be had says why, in the contract's words")
  @Contract("compute.md 3 GET /jobs/{job_id}/files/{path...}")
  void fileErrors() throws IOException {
    String id = submit("hash", Map.of(), "a.png", PICTURE);
    ended(id);
    String files = "/jobs/" + id + "/files/";

    assertDetail(files + "output/none", 404, "File not found: output/none");
    assertDetail(files + "output", 400, "Path is not a file: output");
    assertDetail(
        "/jobs/00000000-0000-4000-8000-000000000000/files/output/a",
        404,
        "Job 00000000-0000-4000-8000-000000000000 not found");
    Files.createSymbolicLink(
        jobFolder(id).resolve("output/out"), server.home().resolve("db").toAbsolutePath());
    assertDetail(files + "output/out", 403, "Access denied: path traversal detected");
    org.springframework.util.FileSystemUtils.deleteRecursively(jobFolder(id));
    assertDetail(files + "output/hash.json", 404, "Job directory not found for job " + id);
  }

  private void assertDetail(String path, int status, String detail) {
    HttpResponse<String> answer = get(path);
    assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(status);
    assertThat(TestServer.json(answer).get("detail").asText()).isEqualTo(detail);
  }

  @Test
  @DisplayName("A job by paths keeps nothing of the stream in its folder: its files are 404")
  @Contract("compute.md 4 storage layout of path jobs")
  void pathJob() {
    Path media = server.home().resolve("media");
    Path video = Videos.silent(media.resolve("rows-by-path.mp4"), 64, 48, 1);
    String id =
        id(
            server.form(
                "POST",
                server.compute("/jobs/hls_streaming"),
                server.adminToken(),
                Map.of(
                    "input_absolute_path", video.toString(),
                    "output_absolute_path", media.resolve("streams/rows").toString(),
                    "variants", "[{\"resolution\":48,\"bitrate\":100}]")));

    JsonNode job = ended(id);

    assertThat(job.get("status").asText()).as(job.toString()).isEqualTo("completed");
    assertThat(job.at("/params/output_path").asText()).isEmpty();
    assertThat(media.resolve("streams/rows/adaptive.m3u8")).isRegularFile();
    assertThat(get("/jobs/" + id + "/files/output/adaptive.m3u8").statusCode()).isEqualTo(404);
  }

  @Test
  @DisplayName("Clean-up removes what ended long enough ago, rows and folders, and counts both")
  @Contract({
    "compute.md 3 GET /admin/jobs/storage/size",
    "compute.md 3 DELETE /admin/jobs/cleanup"
  })
  void cleanup() {
    String id = submit("hash", Map.of(), "a.png", PICTURE);
    ended(id);
    JsonNode before = json("/admin/jobs/storage/size");
    assertThat(before.fieldNames()).toIterable().containsExactly("total_size", "job_count");
    assertThat(before.get("total_size").asLong()).isGreaterThan(PICTURE.length);

    assertThat(cleaned("").toString()).isEqualTo("{\"deleted_count\":0,\"freed_space\":0}");
    JsonNode all = cleaned("?days=0");

    assertThat(all.get("deleted_count").asInt()).isPositive();
    assertThat(all.get("freed_space").asLong()).isGreaterThan(PICTURE.length);
    assertThat(get("/jobs/" + id).statusCode()).isEqualTo(404);
    assertThat(jobFolder(id)).doesNotExist();
    JsonNode after = json("/admin/jobs/storage/size");
    assertThat(after.get("total_size").asLong()).isLessThan(before.get("total_size").asLong());
    assertThat(after.get("job_count").asInt()).isLessThan(before.get("job_count").asInt());
  }

  private JsonNode cleaned(String query) {
    return TestServer.json(
        server.delete(server.compute("/admin/jobs/cleanup" + query), server.adminToken()));
  }

  @Test
  @DisplayName("The reference's word for failure is understood where jobs are looked for")
  @Contract({"compute.md 3 path status words", "compute.md 4 failure word"})
  void errorMeansFailed() {
    String id = submit("media_thumbnail", Map.of(), "a.jpg", "text".getBytes());
    assertThat(ended(id).get("status").asText()).isEqualTo("failed");

    assertThat(json("/jobs?status=error&limit=100").get("items"))
        .allSatisfy(job -> assertThat(job.get("status").asText()).isEqualTo("failed"))
        .anySatisfy(job -> assertThat(job.get("job_id").asText()).isEqualTo(id));
  }
}
