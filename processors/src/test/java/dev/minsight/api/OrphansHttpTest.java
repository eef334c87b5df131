package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.testing.Contract;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestDatabase;
import dev.minsight.testing.TestServer;
import dev.minsight.vectors.VectorIndex;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** {@code /system}, store.md section 9; D-04 to D-07. */
class OrphansHttpTest {

  private static final AtomicLong SEEDS = new AtomicLong(System.nanoTime());
  private static final String CLEAR = "/system/clear-orphans";

  private final TestServer server = OpenServer.shared();
  private final StoreClient store = new StoreClient(server);
  private final Path media = server.home().resolve("media");

  @BeforeEach
  void nothingIsLeftOver() {
    store.form("POST", CLEAR + "?min_age=0", Map.of());
  }

  private Path stray(String path, Duration age) throws IOException {
    Path file = media.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "nobody's");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    return file;
  }

  private JsonNode audit() {
    HttpResponse<String> answer = store.get("/system/audit");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return TestServer.json(answer);
  }

  private JsonNode clear(String query) {
    HttpResponse<String> answer = store.form("POST", CLEAR + query, Map.of());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return TestServer.json(answer);
  }

  @Test
  @DisplayName("AC-P01, AC-P02 The audit has four lists; with nothing left over all are empty")
  @Contract("store.md 3 #18")
  void nothing() {
    store.uploaded(Pictures.noise("jpg", 50, 40, SEEDS.incrementAndGet()), "a.jpg");

    JsonNode audit = audit();

    assertThat(audit.fieldNames())
        .toIterable()
        .containsExactly("orphaned_files", "orphaned_faces", "orphaned_vectors", "orphaned_mqtt");
    assertThat(audit).allMatch(list -> list.isArray() && list.isEmpty(), audit.toString());
  }

  @Test
  @DisplayName("AC-P03 Clearing answers four numbers")
  @Contract({"store.md 3 #19", "store.md 9 POST /system/clear-orphans"})
  void numbers() {
    assertThat(clear("").toString())
        .isEqualTo(
            "{\"files_deleted\":0,\"faces_deleted\":0,\"vectors_deleted\":0,\"mqtt_cleared\":0}");
  }

  @Test
  @DisplayName("AC-P06, D-04 Previews and originals in the trash are nobody's orphans")
  @Contract({"store.md 9 orphaned_files", "store.md 9 trash is no orphan"})
  void previews() throws IOException {
    JsonNode entity = store.uploaded(Pictures.noise("jpg", 50, 40, SEEDS.incrementAndGet()), "a");
    long id = entity.get("id").asLong();
    String preview = "/entities/" + id + "/preview";
    byte[] before = store.bytes("GET", preview).body();
    Path file = media.resolve(entity.get("file_path").asText());
    Path thumbnail = file.resolveSibling(file.getFileName() + ".tb.png");
    for (Path each : new Path[] {file, thumbnail}) {
      Files.setLastModifiedTime(each, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
    }
    store.trash(id);

    assertThat(audit().get("orphaned_files")).isEmpty();
    clear("");

    assertThat(store.bytes("GET", preview).body()).isEqualTo(before);
    assertThat(thumbnail).exists();
  }

  @Test
  @DisplayName(
      "AC-P07, D-05, D-06, D-07 A stray file, crop, stream, vector and status are found and cleared")
  @Contract({
    "mqtt.md 6 audit",
    "store.md 4.7 failures are made good",
    "store.md 8 empty folders",
    "store.md 9 orphaned_files",
    "store.md 9 orphaned_vectors",
    "store.md 9 orphaned_mqtt",
    "store.md 9 timestamp, file_size, last_modified",
    "store.md 9 POST /system/clear-orphans",
    "store.md 9 dry_run and age"
  })
  void strays() throws IOException, MqttException {
    Path original = stray("store/2020/01/02/abc.jpg", Duration.ofHours(2));
    Path preview = stray("store/2020/01/02/abc.jpg.tb.png", Duration.ofHours(2));
    Path crop = stray("faces/987654321/0.png", Duration.ofHours(2));
    Path stream = stray("streams/video/mp4/media_987654321/adaptive.m3u8", Duration.ofHours(2));
    Path replaced = stray("replaced/987654321/abc.jpg", Duration.ofHours(2));
    VectorIndex index = server.bean(VectorIndex.class);
    await().untilAsserted(() -> assertThat(index.count("clip_embeddings")).isNotNegative());
    int dimension =
        server
            .bean(dev.minsight.ml.VisionModels.class)
            .serving("clip_embedding")
            .output()
            .dimension();
    float[] vector = new float[dimension];
    vector[0] = 1;
    index.upsert("clip_embeddings", 987654321, vector);
    String topic = "mInsight/" + server.settings().topicPort() + "/entity_item_status/987654321";
    server.bean(MqttClient.class).publish(topic, "{}".getBytes(StandardCharsets.UTF_8), 1, true);

    JsonNode audit = audit();
    JsonNode dry = clear("?dry_run=true");
    JsonNode cleared = clear("");

    assertThat(audit.get("orphaned_files").findValuesAsText("file_path"))
        .containsExactlyInAnyOrder(
            "store/2020/01/02/abc.jpg",
            "store/2020/01/02/abc.jpg.tb.png",
            "faces/987654321/0.png",
            "streams/video/mp4/media_987654321/adaptive.m3u8",
            "replaced/987654321/abc.jpg");
    JsonNode file = audit.get("orphaned_files").get(0);
    assertThat(Path.of(file.get("absolute_path").asText())).isAbsolute();
    assertThat(file.get("file_size").asLong()).isEqualTo(8);
    assertThat(file.get("last_modified").asLong()).isPositive();
    assertThat(file.get("timestamp").asLong()).isPositive();
    assertThat(audit.get("orphaned_vectors").get(0).get("vector_id").asLong()).isEqualTo(987654321);
    assertThat(audit.get("orphaned_vectors").get(0).get("collection_name").asText())
        .isEqualTo("clip_embeddings");
    assertThat(audit.get("orphaned_mqtt").get(0).get("topic").asText()).isEqualTo(topic);
    assertThat(audit.get("orphaned_mqtt").get(0).get("entity_id").asLong()).isEqualTo(987654321);
    assertThat(dry).as("a dry run counts the same").isEqualTo(cleared);
    assertThat(cleared.get("files_deleted").asInt()).isEqualTo(5);
    assertThat(cleared.get("vectors_deleted").asInt()).isEqualTo(1);
    assertThat(cleared.get("mqtt_cleared").asInt()).isEqualTo(1);
    for (Path gone : new Path[] {original, preview, crop, stream, replaced}) {
      assertThat(gone).doesNotExist();
    }
    assertThat(original.getParent()).as("AC-H15").doesNotExist();
    assertThat(media.resolve("store")).isDirectory();
    await()
        .untilAsserted(
            () -> {
              JsonNode after = audit();
              assertThat(after).allMatch(JsonNode::isEmpty, after.toString());
            });
  }

  @Test
  @DisplayName("A face whose entity is gone is found and cleared; deleting never leaves one")
  @Contract("store.md 9 orphaned_faces")
  void faceWithoutEntity() {
    TestDatabase.assumeSqlite("its foreign keys can be put aside for a moment");
    JdbcClient jdbc = server.bean(JdbcClient.class);
    long face = 98765432100001L;
    jdbc.sql("PRAGMA foreign_keys = off").update();
    try {
      jdbc.sql(
              """
              INSERT INTO faces (id, entity_id, face_index, md5, model_id, bbox, landmarks,
                confidence, file_path, embedding_status, created_at)
              VALUES (:id, 987654321, 1, 'x', 'm', '{}', '{}', 1, 'faces/987654321/1.png',
                'completed', 0)""")
          .param("id", face)
          .update();
    } finally {
      jdbc.sql("PRAGMA foreign_keys = on").update();
    }

    JsonNode found = audit().get("orphaned_faces");
    assertThat(found).hasSize(1);
    assertThat(found.get(0).get("face_id").asLong()).isEqualTo(face);
    assertThat(found.get(0).get("entity_id").asLong()).isEqualTo(987654321);
    assertThat(found.get(0).get("file_path").asText()).isEqualTo("faces/987654321/1.png");
    assertThat(found.get(0).get("timestamp").asLong()).isPositive();
    assertThat(clear("").get("faces_deleted").asInt()).isEqualTo(1);
    assertThat(audit().get("orphaned_faces")).isEmpty();
  }

  @Test
  @DisplayName("What is younger than an hour may be on its way and is left alone")
  @Contract("store.md 9 dry_run and age")
  void young() throws IOException {
    Path young = stray("store/2020/01/02/young.jpg", Duration.ofMinutes(59));

    assertThat(audit().get("orphaned_files")).isEmpty();
    clear("");

    assertThat(young).exists();
    assertThat(store.json("/system/audit?min_age=60").get("orphaned_files")).hasSize(1);
  }
}
