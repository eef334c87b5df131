package dev.minsight.api;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.compute.Assigned;
import dev.minsight.compute.LocalWorkers;
import dev.minsight.compute.Plugin;
import dev.minsight.compute.Plugins;
import dev.minsight.compute.WorkerDesk;
import dev.minsight.compute.WorkerDirectory;
import dev.minsight.insight.PhotoServer;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import dev.minsight.testing.Videos;
import dev.minsight.vectors.CollectionSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A real request for each operation of the document, and more than one where it can end well in
 * more than one way. Made on a server with a photo that has faces, which the pipeline has done.
 */
final class ApiSamples {

  /**
   * One request.
   *
   * @param operation whose it is
   * @param path with a query, if any
   * @param contentType of the body, null without one
   * @param headers name, value, name, value
   */
  record Sample(
      String operation,
      String method,
      String path,
      String contentType,
      byte[] body,
      int status,
      List<String> headers) {}

  private static final String BOUNDARY = "minsight-sample-77aa";
  private static final String NOWHERE = "/987654321";

  private final TestServer server;
  private final List<Sample> samples = new ArrayList<>();

  private ApiSamples(TestServer server) {
    this.server = server;
  }

  /**
   * Fills the server and makes the samples; skipped where there are no shared photos.
   *
   * @return in the order in which they are to be sent
   */
  static List<Sample> of(TestServer server) {
    ApiSamples made = new ApiSamples(server);
    made.service();
    made.entities();
    made.intelligence(PhotoServer.sharedPhoto("people/obama/obama_1.jpg"));
    made.jobs();
    made.workers();
    made.admin();
    made.accounts();
    return made.samples;
  }

  private void get(String operation, int status, String path, String... headers) {
    samples.add(new Sample(operation, "GET", path, null, null, status, List.of(headers)));
  }

  private void head(String operation, int status, String path, String... headers) {
    samples.add(new Sample(operation, "HEAD", path, null, null, status, List.of(headers)));
  }

  private void send(String operation, int status, String method, String path, String... headers) {
    samples.add(new Sample(operation, method, path, null, null, status, List.of(headers)));
  }

  private void form(
      String operation, int status, String method, String path, Map<String, String> fields) {
    samples.add(
        new Sample(
            operation,
            method,
            path,
            "application/x-www-form-urlencoded",
            fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + encode(field.getValue()))
                .collect(Collectors.joining("&"))
                .getBytes(StandardCharsets.UTF_8),
            status,
            List.of()));
  }

  private void json(String operation, int status, String method, String path, String json) {
    samples.add(
        new Sample(
            operation,
            method,
            path,
            "application/json",
            json.getBytes(StandardCharsets.UTF_8),
            status,
            List.of()));
  }

  private void upload(
      String operation,
      int status,
      String method,
      String path,
      Map<String, String> fields,
      String field,
      byte[] bytes) {
    samples.add(
        new Sample(
            operation,
            method,
            path,
            "multipart/form-data; boundary=" + BOUNDARY,
            new StoreClient.Multipart(BOUNDARY)
                .fields(fields)
                .file(field, "sample.png", bytes)
                .bytes(),
            status,
            List.of()));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private void service() {
    get("root", 200, "/");
    get("root", 200, "/?service=auth");
    get("root", 200, "/?service=compute");
    get("activity", 200, "/activity");
    get("m-insight-status", 200, "/m_insight/status");
    get("auth-public-key", 200, "/auth/public-key");
    get("users-me", 200, "/users/me");
    Map<String, String> login =
        Map.of("username", TestServer.ADMIN, "password", TestServer.ADMIN_PASSWORD);
    form("auth-login", 200, "POST", "/auth/token", login);
    form(
        "auth-login", 401, "POST", "/auth/token", Map.of("username", "nobody", "password", "none"));
    send("auth-refresh", 200, "POST", "/auth/token/refresh");
  }

  private void entities() {
    byte[] picture = Pictures.noise("png", 40, 30, 1);
    long collection = create(Map.of("is_collection", "true", "label", "samples"));
    form("entity-create", 201, "POST", "/entities", Map.of("is_collection", "true"));
    Map<String, String> media = Map.of("is_collection", "false", "label", "a picture");
    upload("entity-create", 201, "POST", "/entities", media, "media_file", picture);
    upload("entity-create", 200, "POST", "/entities", media, "image", picture);
    long trashed = upload(Pictures.noise("png", 40, 30, 2));
    trash(trashed);
    upload(
        "entity-create",
        409,
        "POST",
        "/entities",
        media,
        "media_file",
        Pictures.noise("png", 40, 30, 2));
    long photo = upload(Pictures.noise("png", 40, 30, 3));
    String path = "/entities/" + photo;
    get("entity-list", 200, "/entities?parent_id=0&page_size=3");
    get("entity-list", 200, "/entities?include_intelligence=true&exclude_deleted=true");
    get("entity-list", 200, "/entities?limit=2&sort_by=label&order=asc");
    get("entity-list", 200, "/entities?count=false&q=samples");
    get("entity-list", 200, "/entities?as_of=" + System.currentTimeMillis());
    get("entity-lookup", 200, "/entities/lookup?label=samples");
    get("entity-lookup", 400, "/entities/lookup");
    get("entity-lookup", 404, "/entities/lookup?md5=none");
    get("entity-get", 200, path);
    get("entity-get", 200, path + "?version=1");
    get("entity-get", 404, path + "?version=99");
    files("media-get", path + "/media");
    files("preview-get", path + "/preview");
    get("media-get", 400, "/entities/" + collection + "/media");
    get("preview-get", 400, "/entities/" + collection + "/preview");
    get("preview-get", 200, path + "/preview?force=true");
    Map<String, String> names = Map.of("is_collection", "false", "label", "another name");
    form("entity-put", 200, "PUT", path, names);
    upload("entity-put", 200, "PUT", path, names, "media_file", Pictures.noise("png", 40, 30, 4));
    upload("entity-put", 409, "PUT", path, names, "image", Pictures.noise("png", 40, 30, 2));
    form("entity-put", 400, "PUT", path, Map.of("is_collection", "true", "label", "x"));
    form("entity-put", 404, "PUT", "/entities" + NOWHERE, names);
    form("entity-patch", 200, "PATCH", path, Map.of("label", "a third name"));
    json("entity-patch", 200, "PATCH", path, "{\"description\": null, \"is_deleted\": false}");
    json("entity-patch", 404, "PATCH", "/entities" + NOWHERE, "{}");
    send("entity-patch", 412, "PATCH", path, "If-Match", "\"no such tag\"");
    get("entity-versions", 200, path + "/versions");
    get("entity-timeline", 200, path + "/timeline");
    get("entity-timeline", 200, path + "/timeline?limit=1");
    get("entity-timeline", 404, "/entities" + NOWHERE + "/timeline");
    get("entity-timeline", 422, path + "/timeline?limit=0");
    get("entity-timeline", 422, path + "/timeline?cursor=none");
    send("entity-restore", 200, "POST", path + "/restore?version=1");
    send("entity-restore", 200, "POST", "/entities/" + trashed + "/restore");
    send("entity-restore", 404, "POST", "/entities" + NOWHERE + "/restore");
    long last = upload(Pictures.noise("png", 40, 30, 5));
    send("entity-delete", 400, "DELETE", "/entities/" + last);
    form("entity-patch", 200, "PATCH", "/entities/" + last, Map.of("is_deleted", "true"));
    send("entity-delete", 412, "DELETE", "/entities/" + last, "If-Match", "\"no such tag\"");
    send("entity-delete", 204, "DELETE", "/entities/" + last);
    stream(upload(Videos.bytes(64, 48, 1)));
  }

  private void files(String operation, String path) {
    get(operation, 200, path);
    get(operation, 206, path, "Range", "bytes=0-9");
    get(operation, 200, path, "Range", "bytes=0-9", "If-Range", "\"another\"");
    get(operation, 416, path, "Range", "bytes=99999999-");
    get(operation, 304, path, "If-None-Match", "*");
    get(operation, 304, path, "If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT");
    String head = operation.replace("-get", "") + "-head";
    head(head, 200, path);
    head(head, 304, path, "If-None-Match", "*");
  }

  private void stream(long id) {
    String path = "/entities/" + id + "/stream";
    String manifest = path + "/adaptive.m3u8";
    await("the stream")
        .atMost(Duration.ofMinutes(2))
        .until(() -> server.get(server.store(manifest), server.adminToken()).statusCode() == 200);
    files("stream-manifest", manifest);
    get("stream-manifest", 200, manifest + "?wait=true");
    get("stream-manifest", 404, "/entities" + NOWHERE + "/stream/adaptive.m3u8");
    files("stream-file", path + "/adaptive-480p-1500.m3u8");
    get("stream-file", 200, path + "/adaptive-480p-1500-000.ts");
    get("stream-file", 400, path + "/...");
    send("stream-delete", 204, "DELETE", path);
    get("stream-manifest", 202, manifest);
  }

  private void intelligence(Path portrait) {
    long id;
    try {
      id = upload(Files.readAllBytes(portrait));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String path = "/intelligence/entities/" + id;
    await("the photo is done")
        .atMost(PhotoServer.LONG)
        .until(() -> json(path).path("overall_status").asText().equals("completed"));
    long face = json(path + "/faces").get(0).get("id").asLong();
    long person = json("/intelligence/known-persons").get(0).get("id").asLong();
    long raw = create(Map.of("is_collection", "true", "label", "nothing is known of it"));
    get("entity-get", 200, "/entities/" + id);
    get("entity-list", 200, "/entities?include_intelligence=true");
    get("intelligence", 200, path);
    get("intelligence", 200, "/intelligence/entities/" + raw);
    get("entity-faces", 200, path + "/faces");
    get("entity-jobs", 200, path + "/jobs");
    get("clip-embedding", 200, path + "/clip_embedding");
    get("dino-embedding", 200, path + "/dino_embedding");
    get("entity-similar", 200, path + "/similar?include_details=true");
    get("entity-similar", 404, path + "/similar?score_threshold=1&include_self=false");
    get("entity-duplicates", 200, path + "/duplicates?include_self=true");
    get("face", 200, "/intelligence/faces/" + face);
    String crop = "/intelligence/faces/" + face + "/image";
    get("face-image", 200, crop);
    get("face-image", 206, crop, "Range", "bytes=0-9");
    get("face-image", 416, crop, "Range", "bytes=99999999-");
    get("face-image", 200, crop, "Range", "bytes=0-9", "If-Range", "\"another\"");
    get("face-image", 304, crop, "If-None-Match", "*");
    get("face-embedding", 200, "/intelligence/faces/" + face + "/embedding");
    get("face-similar", 200, "/intelligence/faces/" + face + "/similar?include_details=true");
    get("face-matches", 200, "/intelligence/faces/" + face + "/matches");
    get("persons", 200, "/intelligence/known-persons");
    get("persons", 200, "/intelligence/known-persons?page=1&page_size=5");
    get("persons", 422, "/intelligence/known-persons?page_size=0");
    String known = "/intelligence/known-persons/" + person;
    get("person", 200, known);
    get("person-faces", 200, known + "/faces?page=1&page_size=5");
    json("person-rename", 200, "PATCH", known, "{\"name\": \"Ada\"}");
    json("person-rename", 422, "PATCH", known, "{\"name\": \" \"}");
    search(id, person);
    send("face-delete", 204, "DELETE", "/faces/" + face);
    send("reprocess-one", 202, "POST", path + "/reprocess");
    send("reprocess-one", 409, "POST", "/intelligence/entities/" + raw + "/reprocess");
  }

  private void search(long photo, long person) {
    get("search-text", 409, "/intelligence/search/text?q=a+dog+on+the+beach");
    String persons = "/intelligence/search/persons?person_id=" + person;
    get("search-persons", 200, persons + "&include_details=true");
    get("search-persons", 422, "/intelligence/search/persons");
    get("duplicate-pairs", 200, "/intelligence/duplicates?include_details=true");
    get("duplicate-groups", 200, "/intelligence/duplicates/groups?threshold=0.8");
    String decisions = "/intelligence/duplicates/decisions";
    long copy = upload(Pictures.noise("png", 40, 30, 6));
    String pair = "{\"entity_id\": %d, \"other_id\": %d, ".formatted(copy, photo);
    json("duplicate-decide", 201, "POST", decisions, pair + "\"decision\": \"trash\"}");
    form(
        "duplicate-decide",
        201,
        "POST",
        decisions,
        Map.of("entity_id", "" + copy, "other_id", "" + photo, "decision", "keep"));
    json("duplicate-decide", 422, "POST", decisions, pair + "\"decision\": \"burn\"}");
    String unknown = "{\"entity_id\": 987654321, \"other_id\": 1, \"decision\": \"keep\"}";
    json("duplicate-decide", 404, "POST", decisions, unknown);
  }

  private void jobs() {
    get("capabilities", 200, "/capabilities");
    get("plugins", 200, "/plugins");
    Map<String, String> fields =
        Map.ofEntries(
            Map.entry("priority", "9"),
            Map.entry("normalize", "true"),
            Map.entry("confidence_threshold", "0.5"),
            Map.entry("nms_threshold", "0.3"),
            Map.entry("algorithm", "md5"),
            Map.entry("tags", "Make,Model"),
            Map.entry("format", "png"),
            Map.entry("quality", "80"),
            Map.entry("width", "64"),
            Map.entry("height", "64"),
            Map.entry("maintain_aspect_ratio", "true"),
            Map.entry("variants", "[{\"resolution\": 48, \"bitrate\": 100}]"),
            Map.entry("include_original", "false"));
    for (Plugin<?, ?> plugin : server.bean(Plugins.class).all()) {
      String path = "/jobs/" + plugin.taskType();
      upload("job-submit", 200, "POST", path, fields, "file", Pictures.noise("png", 20, 20, 1));
    }
    upload(
        "job-submit",
        422,
        "POST",
        "/jobs/clip_embedding",
        Map.of("callback_url", "http://a/"),
        "file",
        new byte[] {1});
    form(
        "job-submit",
        200,
        "POST",
        "/jobs/hls_streaming",
        Map.of("input_absolute_path", "none.mp4", "output_absolute_path", "streams/none"));
    form("job-submit", 400, "POST", "/jobs/hls_streaming", Map.of());
    upload("job-submit", 404, "POST", "/jobs/nothing", fields, "file", new byte[] {1});
    get("job-list", 200, "/jobs?status=completed&task_type=clip_embedding&limit=2&cursor=");
    String done = job(Pictures.noise("png", 20, 20, 2), "completed");
    String failed = job(new byte[] {1, 2, 3}, "failed");
    get("job-get", 200, "/jobs/" + done);
    get("job-get", 404, "/jobs" + NOWHERE);
    get("job-events", 200, "/jobs/" + done + "/events");
    get("job-events", 404, "/jobs" + NOWHERE + "/events");
    String file = "/jobs/" + done + "/files/output/clip_embedding.npy";
    get("job-file", 200, file);
    get("job-file", 206, file, "Range", "bytes=0-3");
    get("job-file", 416, file, "Range", "bytes=999999-");
    get("job-file", 304, file, "If-None-Match", "*");
    get("job-file", 400, "/jobs/" + done + "/files/output");
    get("job-file", 404, "/jobs/" + done + "/files/none");
    head("job-file-head", 200, file);
    head("job-file-head", 304, file, "If-None-Match", "*");
    send("job-cancel", 409, "POST", "/jobs/" + done + "/cancel");
    send("job-cancel", 404, "POST", "/jobs" + NOWHERE + "/cancel");
    send("job-retry", 409, "POST", "/jobs/" + done + "/retry");
    send("job-retry", 404, "POST", "/jobs" + NOWHERE + "/retry");
    send("job-retry", 200, "POST", "/jobs/" + failed + "/retry");
    get("job-overview", 200, "/jobs/overview");
    form(
        "job-retry-all", 200, "POST", "/jobs/retry", Map.of("task_type", "none", "reason", "none"));
    send("job-delete", 204, "DELETE", "/jobs/" + done);
    send("job-delete", 404, "DELETE", "/jobs/" + done);
    get("job-storage", 200, "/admin/jobs/storage/size");
    send("job-cleanup", 200, "DELETE", "/admin/jobs/cleanup?days=30");
  }

  /**
   * What a worker says that is a process of its own, of tasks that are its own and of one that is
   * not.
   */
  private void workers() {
    String worker = "/workers/sample-worker";
    form("worker-announce", 200, "PUT", worker, Map.of("tasks", "hash", "idle", "1"));
    String local = server.bean(WorkerDirectory.class).living().get(0).workerId();
    form("worker-announce", 409, "PUT", "/workers/" + local, Map.of());
    Map<String, String> wanted = Map.of("tasks", "none", "max", "1", "lease_seconds", "5");
    form("worker-fetch", 200, "POST", worker + "/tasks", wanted);
    List<Assigned> tasks = leased(3);
    Map<String, String> lost = Map.of("lease", "none");
    for (Assigned assigned : tasks) {
      String task = worker + "/tasks/" + assigned.task().id() + "/";
      Map<String, String> lease = Map.of("lease", assigned.task().holder());
      String input = "&path=" + encode(assigned.job().params().get("input_path").toString());
      form("worker-begin", 200, "POST", task + "begin", lease);
      form("worker-begin", 409, "POST", task + "begin", lost);
      get("worker-input", 200, task + "input?lease=" + assigned.task().holder() + input);
      get("worker-input", 404, task + "input?lease=" + assigned.task().holder() + "&path=none");
      get("worker-input", 409, task + "input?lease=none" + input);
      form("worker-lease", 204, "POST", task + "lease", plus(lease, "lease_seconds", "60"));
      form("worker-lease", 204, "POST", task + "lease", plus(lease, "progress", "7"));
      form("worker-lease", 409, "POST", task + "lease", lost);
    }
    String first = worker + "/tasks/" + tasks.get(0).task().id() + "/result";
    Map<String, String> lease = Map.of("lease", tasks.get(0).task().holder());
    upload("worker-result", 204, "POST", first, lease, "file", archive());
    upload("worker-result", 409, "POST", first, lost, "file", archive());
    String second = worker + "/tasks/" + tasks.get(1).task().id() + "/failure";
    Map<String, String> failure =
        Map.of("outcome", "unprocessable", "reason", "of a sample", "details", "none");
    form(
        "worker-failure",
        204,
        "POST",
        second,
        plus(failure, "lease", tasks.get(1).task().holder()));
    form("worker-failure", 409, "POST", second, plus(failure, "lease", "none"));
    send("worker-leave", 204, "DELETE", worker);
  }

  private static Map<String, String> plus(Map<String, String> fields, String name, String value) {
    Map<String, String> all = new HashMap<>(fields);
    all.put(name, value);
    return all;
  }

  private static byte[] archive() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("result.json"));
      zip.write("{\"output\": {\"media_type\": \"image\"}}".getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Tasks that the server's own workers will not get for an hour. */
  private List<Assigned> leased(int count) {
    LocalWorkers local = server.bean(LocalWorkers.class);
    local.stop();
    for (int i = 0; i < count; i++) {
      submit("hash", Pictures.noise("png", 20, 20, 50 + i));
    }
    List<Assigned> tasks =
        server
            .bean(WorkerDesk.class)
            .fetch("sample-worker", List.of("hash"), count, Duration.ofHours(1));
    local.start();
    return tasks;
  }

  /** A job of the API that has ended. */
  private String job(byte[] bytes, String status) {
    String id = submit("clip_embedding", bytes);
    await()
        .atMost(PhotoServer.LONG)
        .until(
            () ->
                TestServer.json(server.get(server.compute("/jobs/" + id), server.adminToken()))
                    .get("status")
                    .asText()
                    .equals(status));
    return id;
  }

  private String submit(String plugin, byte[] bytes) {
    return TestServer.json(
            server.send(
                server
                    .request(server.compute("/jobs/" + plugin), server.adminToken())
                    .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                    .POST(
                        BodyPublishers.ofByteArray(
                            new StoreClient.Multipart(BOUNDARY)
                                .file("file", "sample.png", bytes)
                                .bytes()))
                    .build()))
        .get("job_id")
        .asText();
  }

  private void admin() {
    get("pref-show", 200, "/admin/pref");
    get("pref-show-guest-mode", 200, "/admin/pref/guest-mode");
    form("pref-choose", 200, "PUT", "/admin/pref/guest-mode", Map.of("guest_mode", "true"));
    json("config-choose-read-auth", 200, "PUT", "/admin/config/read-auth", "{\"enabled\": false}");
    Path stray = server.home().resolve("media/store/2026/01/01/stray.jpg");
    Pictures.write(stray, new byte[] {1, 2, 3});
    get("system-audit", 200, "/system/audit?min_age=0");
    send("system-clear", 200, "POST", "/system/clear-orphans?min_age=0&dry_run=true");
    send("system-clear", 200, "POST", "/system/clear-orphans?min_age=0");
    form(
        "pipeline-pause",
        200,
        "POST",
        "/system/pipeline/pause",
        Map.of("reason", "a sample", "minutes", "1"));
    get("activity", 200, "/activity");
    form(
        "reprocess-many",
        200,
        "POST",
        "/intelligence/reprocess",
        Map.of("all", "1", "dry_run", "1"));
    form(
        "reprocess-many",
        202,
        "POST",
        "/intelligence/reprocess",
        Map.of("entity_ids", "987654321"));
    get("reprocess-list", 200, "/intelligence/reprocess");
    get("activity", 200, "/activity");
    send("pipeline-resume", 200, "POST", "/system/pipeline/resume");
    send("reprocess-one", 404, "POST", "/intelligence/entities" + NOWHERE + "/reprocess");
    get("system-vectors", 200, "/system/vectors");
    send(
        "system-vectors-rebuild",
        202,
        "POST",
        "/system/vectors/rebuild?collection=" + CollectionSpec.DINO);
    send("system-vectors-rebuild", 404, "POST", "/system/vectors/rebuild?collection=dogs");
  }

  private void accounts() {
    send("auth-link-token", 200, "POST", "/auth/link-token");
    Map<String, String> key = Map.of("name", "sample", "scopes", "", "expires_days", "1");
    form("api-key-create", 201, "POST", "/auth/api-keys", key);
    long made =
        TestServer.json(
                server.form("POST", server.auth("/auth/api-keys"), server.adminToken(), key))
            .get("id")
            .asLong();
    get("api-key-list", 200, "/auth/api-keys");
    get("api-key-list", 404, "/auth/api-keys?user_id=987654321");
    send("api-key-delete", 204, "DELETE", "/auth/api-keys/" + made);
    send("api-key-delete", 404, "DELETE", "/auth/api-keys" + NOWHERE);
    Map<String, String> user = Map.of("username", "sample", "password", "secret");
    form("user-create", 201, "POST", "/users", user);
    form("user-create", 400, "POST", "/users", user);
    long id =
        TestServer.json(
                server.form(
                    "POST",
                    server.auth("/users"),
                    server.adminToken(),
                    Map.of("username", "sample two", "password", "secret")))
            .get("id")
            .asLong();
    get("user-list", 200, "/users?skip=0&limit=2");
    get("user-get", 200, "/users/" + id);
    get("user-get", 404, "/users" + NOWHERE);
    form("user-change", 200, "PUT", "/users/" + id, Map.of("permissions", "media_store_read"));
    form("user-patch", 200, "PATCH", "/users/" + id, Map.of("is_active", "false"));
    json("user-patch", 200, "PATCH", "/users/" + id, "{\"permissions\": [\"media_store_write\"]}");
    send("user-delete", 204, "DELETE", "/users/" + id);
    send("user-delete", 404, "DELETE", "/users" + NOWHERE);
    get("auth-audit", 200, "/auth/audit?limit=3");
    send("auth-keys-rotate", 200, "POST", "/auth/keys/rotate");
  }

  private long create(Map<String, String> fields) {
    return TestServer.json(
            server.form("POST", server.store("/entities"), server.adminToken(), fields))
        .get("id")
        .asLong();
  }

  private long upload(byte[] bytes) {
    Path file = Pictures.write(server.home().resolve("uploads/sample"), bytes);
    return TestServer.json(
            server.multipart(
                "POST",
                server.store("/entities"),
                server.adminToken(),
                Map.of("is_collection", "false"),
                "media_file",
                file))
        .get("id")
        .asLong();
  }

  private void trash(long id) {
    server.form(
        "PATCH",
        server.store("/entities/" + id),
        server.adminToken(),
        Map.of("is_deleted", "true"));
  }

  private JsonNode entity(long id) {
    return json("/entities/" + id);
  }

  private JsonNode json(String path) {
    return TestServer.json(server.get(server.store(path), server.adminToken()));
  }
}
