package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.testing.Contract;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The jobs API over HTTP; compute.md sections 3 and 4. */
class JobsHttpTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration LONG = Duration.ofSeconds(60);

  private static TestServer server;
  private static String admin;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    server = TestServer.shared();
    admin = server.adminToken();
  }

  private static HttpResponse<String> send(String method, String path)
      throws IOException, InterruptedException {
    return HTTP.send(
        server.request(server.compute(path), admin).method(method, BodyPublishers.noBody()).build(),
        BodyHandlers.ofString());
  }

  private static HttpResponse<String> submit(
      String path, Map<String, String> fields, String name, byte[] bytes)
      throws IOException, InterruptedException {
    StoreClient.Multipart form = new StoreClient.Multipart("jobs-77").fields(fields);
    return HTTP.send(
        server
            .request(server.compute(path), admin)
            .header("Content-Type", "multipart/form-data; boundary=jobs-77")
            .POST(BodyPublishers.ofByteArray(form.file("file", name, bytes).bytes()))
            .build(),
        BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> answer) throws IOException {
    return JSON.readTree(answer.body());
  }

  private static JsonNode ended(String id) {
    return await()
        .atMost(LONG)
        .until(
            () -> json(send("GET", "/jobs/" + id)),
            job -> List.of("completed", "failed").contains(job.path("status").asText()));
  }

  @Test
  @DisplayName("compute.md 3 POST /jobs/{plugin}: JobCreated, then a JobResponse with its result")
  @Contract({
    "compute.md 3 POST /jobs/{plugin}",
    "compute.md 3 GET /jobs/{job_id}",
    "compute.md 5.1 task_output"
  })
  void submits() throws IOException, InterruptedException {
    HttpResponse<String> answer =
        submit(
            "/jobs/clip_embedding",
            Map.of("priority", "3", "normalize", "True"),
            "beach.png",
            Pictures.noise("png", 40, 30, 1));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode created = json(answer);
    assertThat(created.get("status").asText()).isEqualTo("queued");
    assertThat(created.get("task_type").asText()).isEqualTo("clip_embedding");
    JsonNode job = ended(created.get("job_id").asText());
    assertThat(job.get("status").asText()).as(job.toString()).isEqualTo("completed");
    assertThat(job.get("progress").asInt()).isEqualTo(100);
    assertThat(job.get("priority").asInt()).isEqualTo(3);
    assertThat(job.at("/params/input_path").asText()).isEqualTo("input/beach.png");
    assertThat(job.at("/params/output_path").asText()).isEqualTo("output/clip_embedding.npy");
    assertThat(job.at("/params/normalize").asBoolean()).isTrue();
    assertThat(job.at("/task_output/embedding_dim").asInt()).isEqualTo(512);
    assertThat(job.at("/task_output/normalized").asBoolean()).isTrue();
    assertThat(job.get("updated_at").asLong())
        .isGreaterThanOrEqualTo(job.get("created_at").asLong());
  }

  @Test
  @DisplayName("compute.md 5.1 output/clip_embedding.npy: version 1.0, <f4, C order, shape (512,)")
  @Contract({
    "compute.md 3 GET /jobs/{job_id}/files/{path...}",
    "compute.md 5 npy",
    "compute.md 5.1 file",
    "compute.md 5.10 embedding, metadata, thumbnail_path, phash"
  })
  void npy() throws IOException, InterruptedException {
    String id =
        json(submit("/jobs/clip_embedding", Map.of(), "a.png", Pictures.noise("png", 8, 8, 2)))
            .get("job_id")
            .asText();
    JsonNode job = ended(id);

    HttpResponse<byte[]> file =
        HTTP.send(
            server
                .request(server.compute("/jobs/" + id + "/files/output/clip_embedding.npy"), admin)
                .build(),
            BodyHandlers.ofByteArray());

    assertThat(file.statusCode()).isEqualTo(200);
    assertThat(file.headers().firstValue("Content-Type")).contains("application/octet-stream");
    assertThat(file.headers().firstValue("Content-Disposition").orElseThrow())
        .startsWith("attachment; filename=\"clip_embedding.npy\"");
    byte[] bytes = file.body();
    assertThat(new String(bytes, 1, 5, StandardCharsets.ISO_8859_1)).isEqualTo("NUMPY");
    int header = ByteBuffer.wrap(bytes, 8, 2).order(ByteOrder.LITTLE_ENDIAN).getShort();
    assertThat(new String(bytes, 10, header, StandardCharsets.ISO_8859_1))
        .contains("'descr': '<f4'", "'fortran_order': False", "'shape': (512,)");
    assertThat(bytes).hasSize(10 + header + 4 * 512);
    float first = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getFloat(10 + header);
    assertThat(job.at("/task_output/embedding/0").floatValue()).isEqualTo(first);
  }

  @Test
  @DisplayName("compute.md 3 submit paths: /compute/jobs/{plugin} and /{plugin}/jobs do as well")
  @Contract("compute.md 3 path submit")
  void aliases() throws IOException, InterruptedException {
    byte[] picture = Pictures.noise("png", 8, 8, 3);

    for (String path : List.of("/compute/jobs/dino_embedding", "/dino_embedding/jobs")) {
      HttpResponse<String> answer = submit(path, Map.of(), "a.png", picture);
      assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(200);
      assertThat(json(answer).get("task_type").asText()).isEqualTo("dino_embedding");
    }
  }

  @Test
  @DisplayName(
      "compute.md 3 common validation: a range, a missing file and bad fields are 422, all")
  @Contract({
    "compute.md 3 validation priority",
    "compute.md 3 validation missing file",
    "compute.md 3 validation both encodings"
  })
  void validates() throws IOException, InterruptedException {
    HttpResponse<String> answer =
        HTTP.send(
            server
                .request(server.compute("/jobs/face_detection"), admin)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(
                    BodyPublishers.ofString("priority=11&confidence_threshold=1.5&nms_threshold=x"))
                .build(),
            BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(json(answer).get("detail").findValuesAsText("loc")).hasSize(4);
    assertThat(answer.body())
        .contains("\"priority\"", "\"confidence_threshold\"", "\"nms_threshold\"", "\"file\"");
  }

  @Test
  @DisplayName("An unknown plugin is 404, for jobs and their files, too")
  @Contract({"compute.md 3 GET /jobs/{job_id}", "compute.md 3 DELETE /jobs/{job_id}"})
  void unknown() throws IOException, InterruptedException {
    String nowhere = "00000000-0000-4000-8000-000000000000";

    assertThat(submit("/jobs/paint_it", Map.of(), "a.png", new byte[] {1}).statusCode())
        .isEqualTo(404);
    for (String method : List.of("GET", "DELETE")) {
      HttpResponse<String> answer = send(method, "/jobs/" + nowhere);
      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(answer.body()).isEqualTo("{\"detail\":\"Job " + nowhere + " not found\"}");
    }
    assertThat(send("GET", "/jobs/" + nowhere + "/files/output/x").statusCode()).isEqualTo(404);
  }

  @Test
  @DisplayName("compute.md 3 files: missing, a folder, and the way out of the job's folder")
  @Contract("compute.md 3 GET /jobs/{job_id}/files/{path...}")
  void files() throws IOException, InterruptedException {
    String id =
        json(submit("/jobs/clip_embedding", Map.of(), "a.png", Pictures.noise("png", 8, 8, 4)))
            .get("job_id")
            .asText();
    ended(id);

    HttpResponse<String> missing = send("GET", "/jobs/" + id + "/files/output/none.npy");
    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(missing.body()).contains("File not found: output/none.npy");
    HttpResponse<String> folder = send("GET", "/jobs/" + id + "/files/output");
    assertThat(folder.statusCode()).isEqualTo(400);
    assertThat(folder.body()).contains("Path is not a file: output");
    assertThat(send("GET", "/jobs/" + id + "/files/input/a.png").statusCode()).isEqualTo(200);
    for (String out : List.of("..%2f..%2fdb", "%2e%2e/%2e%2e/keys", "output/..%5c..%5cx")) {
      assertThat(send("GET", "/jobs/" + id + "/files/" + out).statusCode())
          .as(out)
          .isIn(400, 403, 404);
    }
  }

  @Test
  @DisplayName("What is no picture is taken in, and fails with its reason")
  @Contract({"compute.md 3 validation no sniffing", "compute.md 4 failed"})
  void fails() throws IOException, InterruptedException {
    JsonNode job =
        ended(
            json(submit(
                    "/jobs/clip_embedding",
                    Map.of(),
                    "a.jpg",
                    "no picture".getBytes(StandardCharsets.UTF_8)))
                .get("job_id")
                .asText());

    assertThat(job.get("status").asText()).isEqualTo("failed");
    assertThat(job.get("error_message").asText()).contains("no picture");
    assertThat(job.get("completed_at").isNull()).isFalse();
  }

  @Test
  @DisplayName("POST retry does a failed job again; one that is not failed is 409")
  @Contract("compute.md 3 no list, cancel, retry")
  void retries() throws IOException, InterruptedException {
    String failed =
        json(submit("/jobs/clip_embedding", Map.of(), "a.jpg", new byte[] {1, 2, 3}))
            .get("job_id")
            .asText();
    ended(failed);

    HttpResponse<String> again = send("POST", "/jobs/" + failed + "/retry");
    assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
    assertThat(json(again).get("status").asText()).isEqualTo("queued");
    assertThat(ended(failed).get("status").asText()).isEqualTo("failed");

    String good =
        json(submit("/jobs/clip_embedding", Map.of(), "a.png", Pictures.noise("png", 8, 8, 5)))
            .get("job_id")
            .asText();
    ended(good);
    assertThat(send("POST", "/jobs/" + good + "/retry").statusCode()).isEqualTo(409);
    assertThat(send("POST", "/jobs/" + good + "/cancel").statusCode()).isEqualTo(409);
  }

  @Test
  @DisplayName("DELETE removes job and files; a second one is 404")
  @Contract("compute.md 3 DELETE /jobs/{job_id}")
  void deletes() throws IOException, InterruptedException {
    String id =
        json(submit("/jobs/clip_embedding", Map.of(), "a.png", Pictures.noise("png", 8, 8, 6)))
            .get("job_id")
            .asText();
    ended(id);

    assertThat(send("DELETE", "/jobs/" + id).statusCode()).isEqualTo(204);
    assertThat(send("GET", "/jobs/" + id).statusCode()).isEqualTo(404);
    assertThat(send("DELETE", "/jobs/" + id).statusCode()).isEqualTo(404);
    assertThat(server.home().resolve("compute/jobs/" + id)).doesNotExist();
  }

  @Test
  @DisplayName("GET /jobs walks through all jobs once, newest first, by status and task")
  @Contract("compute.md 3 no list, cancel, retry")
  void lists() throws IOException, InterruptedException {
    for (int i = 0; i < 5; i++) {
      ended(
          json(submit("/jobs/dino_embedding", Map.of(), "a.png", Pictures.noise("png", 8, 8, i)))
              .get("job_id")
              .asText());
    }
    List<String> seen = new java.util.ArrayList<>();
    long last = Long.MAX_VALUE;
    String cursor = "";
    do {
      JsonNode page =
          json(
              send(
                  "GET",
                  "/jobs?status=completed&task_type=dino_embedding&limit=2"
                      + (cursor.isEmpty() ? "" : "&cursor=" + encode(cursor))));
      for (JsonNode job : page.get("items")) {
        assertThat(job.get("task_type").asText()).isEqualTo("dino_embedding");
        assertThat(job.get("created_at").asLong()).isLessThanOrEqualTo(last);
        last = job.get("created_at").asLong();
        seen.add(job.get("job_id").asText());
      }
      cursor = page.get("next_cursor").asText("");
    } while (!cursor.isEmpty() && !cursor.equals("null"));

    assertThat(seen).hasSizeGreaterThanOrEqualTo(5).doesNotHaveDuplicates();
    assertThat(send("GET", "/jobs?status=lost").statusCode()).isEqualTo(422);
    assertThat(send("GET", "/jobs?cursor=none").statusCode()).isEqualTo(422);
  }

  @Test
  @DisplayName("GET /jobs/{id}/events tells every change and ends with the job")
  void events() throws IOException, InterruptedException {
    String id =
        json(submit("/jobs/clip_embedding", Map.of(), "a.png", Pictures.noise("png", 900, 900, 7)))
            .get("job_id")
            .asText();

    HttpResponse<String> stream = send("GET", "/jobs/" + id + "/events");

    assertThat(stream.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/event-stream");
    List<String> events =
        stream
            .body()
            .lines()
            .filter(line -> line.startsWith("event: "))
            .map(line -> line.substring("event: ".length()))
            .collect(Collectors.toList());
    assertThat(events.get(events.size() - 1)).isEqualTo("completed");
    assertThat(events).isSubsetOf("queued", "processing", "completed");
  }

  @Test
  @DisplayName("compute.md 3 GET /capabilities: workers that live, and idle counts by task")
  @Contract({"compute.md 3 GET /capabilities", "mqtt.md 4 consumers"})
  void capabilities() {
    JsonNode answer =
        await()
            .atMost(LONG)
            .until(
                () -> json(send("GET", "/capabilities")),
                now -> now.get("capabilities").path("clip_embedding").asInt() > 0);

    assertThat(answer.get("num_workers").asInt()).isPositive();
  }

  @Test
  @DisplayName("GET /plugins: every plugin with JSON Schemas of its parameters and its output")
  void plugins() throws IOException, InterruptedException {
    JsonNode all = json(send("GET", "/plugins"));

    assertThat(all.findValuesAsText("task_type"))
        .contains("clip_embedding", "dino_embedding", "face_detection", "face_embedding");
    JsonNode clip =
        java.util.stream.StreamSupport.stream(all.spliterator(), false)
            .filter(plugin -> plugin.get("task_type").asText().equals("clip_embedding"))
            .findFirst()
            .orElseThrow();
    assertThat(clip.at("/parameters/properties/normalize/type").asText()).isEqualTo("boolean");
    assertThat(clip.at("/parameters/properties/normalize/default").isBoolean()).isTrue();
    assertThat(clip.at("/output/properties/embedding_dim/type").asText()).isEqualTo("integer");
  }

  @Test
  @DisplayName("compute.md 3 admin: storage size counts folders, cleanup removes what has ended")
  @Contract({
    "compute.md 3 GET /admin/jobs/storage/size",
    "compute.md 3 DELETE /admin/jobs/cleanup"
  })
  void storage() throws IOException, InterruptedException {
    ended(
        json(submit("/jobs/clip_embedding", Map.of(), "a.png", Pictures.noise("png", 8, 8, 8)))
            .get("job_id")
            .asText());
    JsonNode size = json(send("GET", "/admin/jobs/storage/size"));
    assertThat(size.get("total_size").asLong()).isPositive();
    assertThat(size.get("job_count").asInt()).isPositive();

    JsonNode none = json(send("DELETE", "/admin/jobs/cleanup"));
    assertThat(none.get("deleted_count").asInt()).isZero();
    assertThat(send("DELETE", "/admin/jobs/cleanup?days=-1").statusCode()).isEqualTo(422);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
