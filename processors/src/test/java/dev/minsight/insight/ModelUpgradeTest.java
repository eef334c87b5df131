package dev.minsight.insight;

import static dev.minsight.insight.OtherModels.LONGER_DINO;
import static dev.minsight.insight.OtherModels.OTHER_FACES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.ml.ModelManifest;
import dev.minsight.ml.ModelSpec;
import dev.minsight.ml.ModelStore;
import dev.minsight.testing.Pictures;
import dev.minsight.vectors.VectorIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One model takes over from another while the server runs. */
class ModelUpgradeTest {

  private static final String LITE_DINO = "dino-embedding-lite";
  private static final String LITE_FACES = "face-embedding-lite";

  @TempDir private static Path home;

  private static PhotoServer photos;
  private static ModelStore store;

  @BeforeAll
  static void start() {
    photos = OtherModels.start(home, "minsight.models.keep-vectors=0s");
    store = photos.bean(ModelStore.class);
    // Chosen, or a full model that comes would take over from them by itself.
    choose(LITE_DINO);
    choose(LITE_FACES);
    OtherModels.bring(home, LONGER_DINO);
    OtherModels.bring(home, OTHER_FACES);
  }

  @AfterAll
  static void stop() {
    photos.close();
  }

  private static ConditionFactory patiently() {
    return await().atMost(PhotoServer.LONG);
  }

  private static void choose(String id) {
    try {
      store.request(id);
      photos.bean(ModelUpgrades.class).wake();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String goBack(String task) throws IOException {
    String former = store.rollBack(task);
    photos.bean(ModelUpgrades.class).wake();
    return former;
  }

  private static void awaitServing(String task, String id) {
    patiently()
        .untilAsserted(
            () -> {
              assertThat(store.inUse(task).map(ModelSpec::id)).contains(id);
              assertThat(photos.bean(ModelUpgrades.class).progress()).isEmpty();
              assertThat(photos.bean(VectorCollections.class).serves(task, id)).isTrue();
            });
  }

  private static long vectors(String kind, String model) {
    return photos.count("embeddings WHERE kind = '%s' AND model_id = '%s'".formatted(kind, model));
  }

  /** Photos or faces without exactly one vector of the model. */
  private static long withoutOne(String kind, String model) {
    String subjects = kind.equals("face") ? "faces" : "entity_intelligence";
    String id = kind.equals("face") ? "id" : "entity_id";
    return photos.count(
        """
        %s s WHERE 1 <> (SELECT COUNT(*) FROM embeddings v WHERE v.kind = '%s'
          AND v.model_id = '%s' AND v.subject_id = s.%s)"""
            .formatted(subjects, kind, model, id));
  }

  private static long photo(int seed) {
    return photos.upload("photo" + seed + ".png", Pictures.noise("png", 64, 64, seed));
  }

  @Test
  @DisplayName(
      "fault: vector dimension changed. Photos are described by a model with longer vectors, it takes"
          + " over, its predecessor's vectors"
          + " stay, and going back is at once; what came meanwhile is made up for")
  void longerVectors() throws IOException {
    List<Long> ids = List.of(photo(1), photo(2), photo(3));
    ids.forEach(id -> photos.awaitStatus(id, "completed"));

    choose(LONGER_DINO);
    long late = photo(4);
    awaitServing("dino_embedding", LONGER_DINO);
    photos.awaitStatus(late, "completed");
    patiently().until(() -> withoutOne("dino", LONGER_DINO) == 0);

    VectorIndex index = photos.bean(VectorIndex.class);
    patiently().until(() -> index.count("dino_embeddings") == vectors("dino", LONGER_DINO));
    assertThat(index.state("dino_embeddings").dimension()).isEqualTo(512);
    assertThat(index.vector("dino_embeddings", ids.get(0)).orElseThrow()).hasSize(512);
    assertThat(vectors("dino", LITE_DINO)).isGreaterThanOrEqualTo(3);
    assertThat(photos.state(ids.get(0)).get("overall_status").asText()).isEqualTo("completed");
    assertThat(photos.state(ids.get(0)).at("/models/dino_embedding").asText())
        .isEqualTo(LONGER_DINO);

    long after = photo(5);
    photos.awaitStatus(after, "completed");
    assertThat(goBack("dino_embedding")).isEqualTo(LITE_DINO);
    assertThat(store.inUse("dino_embedding").map(ModelSpec::id)).contains(LITE_DINO);
    awaitServing("dino_embedding", LITE_DINO);
    patiently().until(() -> withoutOne("dino", LITE_DINO) == 0);
    patiently().until(() -> index.count("dino_embeddings") == vectors("dino", LITE_DINO));
    assertThat(index.vector("dino_embeddings", after).orElseThrow()).hasSize(384);
    new Equation(photos).awaitHolds();
  }

  @Test
  @DisplayName(
      "A photo that the former model described at the moment of the change is made up for; what"
          + " only a former model has described is never removed as superfluous")
  void lateResult() throws IOException {
    long id = photo(21);
    photos.awaitStatus(id, "completed");
    choose(LONGER_DINO);
    awaitServing("dino_embedding", LONGER_DINO);
    photos.write(
        () ->
            photos
                .jdbc()
                .sql("DELETE FROM embeddings WHERE model_id = :model AND subject_id = :id")
                .param("model", LONGER_DINO)
                .param("id", id)
                .update());

    photos.bean(FormerVectors.class).remove();
    assertThat(photos.count("embeddings WHERE kind = 'dino' AND subject_id = " + id)).isOne();
    assertThat(vectors("dino", LITE_DINO)).isOne();
    photos
        .bean(VectorCollections.class)
        .steadily(VectorKind.DINO, LITE_DINO, serves -> assertThat(serves).isFalse());

    patiently().until(() -> withoutOne("dino", LONGER_DINO) == 0);
    goBack("dino_embedding");
    patiently().until(() -> withoutOne("dino", LITE_DINO) == 0);
    awaitServing("dino_embedding", LITE_DINO);
  }

  @Test
  @DisplayName("A photo whose file is gone is left out with a reason, and the others do not wait")
  void fileGone() throws IOException {
    long gone = photo(11);
    long there = photo(12);
    photos.awaitStatus(gone, "completed");
    photos.awaitStatus(there, "completed");
    Path original = photos.original(gone);
    Path away = Files.move(original, home.resolve("away").resolve("original"));

    choose(LONGER_DINO);
    awaitServing("dino_embedding", LONGER_DINO);

    assertThat(
            photos
                .jdbc()
                .sql("SELECT reason FROM model_upgrade_failures WHERE entity_id = :id")
                .param("id", gone)
                .query(String.class)
                .single())
        .contains("missing on disk");
    assertThat(photos.count("embeddings WHERE subject_id = " + there + " AND kind = 'dino'"))
        .isEqualTo(2);
    Files.move(away, original);
    goBack("dino_embedding");
    awaitServing("dino_embedding", LITE_DINO);
  }

  @Test
  @DisplayName(
      "Faces keep their ids, persons, names and human decisions while another model describes them;"
          + " a new photo is matched by that model then")
  void namesSurvive() throws IOException {
    long first = photos.upload(PhotoServer.sharedPhoto("people/obama/obama_1.jpg"));
    long group = photos.upload(PhotoServer.sharedPhoto("groups/group_4_cf012.jpg"));
    photos.awaitStatus(first, "completed");
    photos.awaitStatus(group, "completed");
    long person = photos.faces(first).get(0).get("known_person_id").asLong();
    photos
        .http()
        .json(
            "PATCH",
            photos.http().store("/intelligence/known-persons/" + person),
            null,
            Map.of("name", "Barack"));
    long rejected = photos.faces(group).get(0).get("id").asLong();
    photos.write(
        () -> {
          photos
              .jdbc()
              .sql(
                  """
                  INSERT INTO identity_decisions (id, kind, face_id, actor, created_at)
                  VALUES (990001, 'rejected', :face, 'admin', 1)""")
              .param("face", rejected)
              .update();
          photos
              .jdbc()
              .sql("UPDATE faces SET known_person_id = NULL WHERE id = :face")
              .param("face", rejected)
              .update();
          photos
              .jdbc()
              .sql(
                  """
                  DELETE FROM known_persons WHERE name IS NULL AND NOT EXISTS
                    (SELECT 1 FROM faces f WHERE f.known_person_id = known_persons.id)""")
              .update();
        });
    Map<Long, Long> before = people();

    choose(OTHER_FACES);
    awaitServing("face_embedding", OTHER_FACES);

    assertThat(people()).isEqualTo(before);
    assertThat(withoutOne("face", OTHER_FACES)).isZero();
    long second = photos.upload(PhotoServer.sharedPhoto("people/obama/obama_2.jpg"));
    photos.awaitStatus(second, "completed");
    JsonNode face = photos.faces(second).get(0);
    assertThat(face.get("known_person_id").asLong()).isEqualTo(person);
    assertThat(withoutOne("face", OTHER_FACES)).isZero();
    assertThat(photos.json("/intelligence/known-persons/" + person).get("name").asText())
        .isEqualTo("Barack");
    goBack("face_embedding");
    awaitServing("face_embedding", LITE_FACES);
    patiently().until(() -> withoutOne("face", LITE_FACES) == 0);
    Map<Long, Long> after = people();
    assertThat(after).containsAllEntriesOf(before);
    assertThat(after).containsEntry(face.get("id").asLong(), person);
  }

  private static Map<Long, Long> people() {
    Map<Long, Long> people = new TreeMap<>();
    photos
        .jdbc()
        .sql("SELECT id, COALESCE(known_person_id, 0) FROM faces")
        .query((row, n) -> people.put(row.getLong(1), row.getLong(2)))
        .list();
    return people;
  }

  @Test
  @DisplayName(
      "Another detector looks at every photo again; faces that it finds again keep id and person,"
          + " and one that a human decided about stays even if it is not found")
  void otherDetector() throws IOException {
    Path yunet = PhotoServer.sharedModel("face_detection_yunet_2026may.onnx");
    long id = photos.upload(PhotoServer.sharedPhoto("groups/group_5_cf000.jpg"));
    photos.awaitStatus(id, "completed");
    Map<Long, Long> before = people();
    long decided = id * 10_000 + 77;
    photos.write(
        () -> {
          photos
              .jdbc()
              .sql(
                  """
                  INSERT INTO faces (id, entity_id, face_index, md5, model_id, bbox, landmarks,
                    confidence, file_path, embedding_status, created_at)
                  SELECT :face, entity_id, 77, md5, model_id,
                    '{"x1": 0, "y1": 0, "x2": 0.01, "y2": 0.01}', landmarks, confidence, file_path,
                    'completed', created_at
                  FROM faces WHERE entity_id = :id AND face_index = 0""")
              .param("face", decided)
              .param("id", id)
              .update();
          photos
              .jdbc()
              .sql(
                  """
                  INSERT INTO identity_decisions (id, kind, face_id, actor, created_at)
                  VALUES (990002, 'confirmed', :face, 'admin', 1)""")
              .param("face", decided)
              .update();
        });
    ModelSpec spec = photos.bean(ModelManifest.class).find("yunet-2026may").orElseThrow();
    Files.copy(yunet, home.resolve("models").resolve(spec.file()));

    choose(spec.id());
    patiently()
        .until(
            () ->
                photos.count(
                        "entity_intelligence WHERE detector IS NULL OR detector <> '"
                            + spec.id()
                            + "'")
                    == 0);
    patiently().until(() -> photos.bean(ModelUpgrades.class).progress().isEmpty());

    Map<Long, Long> after = people();
    Map<Long, Long> found = new TreeMap<>(before);
    found.keySet().removeIf(face -> face / 10_000 != id);
    assertThat(found).hasSize(5);
    assertThat(after).containsAllEntriesOf(found).containsKey(decided);
    assertThat(photos.state(id).get("face_count").asInt()).isEqualTo(6);
    assertThat(photos.faces(id))
        .allSatisfy(
            face -> assertThat(face.get("embedding_status").asText()).isEqualTo("completed"));
    assertThat(photos.state(id).get("overall_status").asText()).isEqualTo("completed");
  }
}
