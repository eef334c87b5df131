package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;
import static org.awaitility.Awaitility.await;

import dev.minsight.people.Face;
import dev.minsight.people.Faces;
import dev.minsight.store.OrphanFiles;
import dev.minsight.vectors.VectorIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What must hold of a server that rests, whatever happened to it: inputs are completed, or failed
 * with a reason; each content has one result a step and model; and no vector, crop, row, folder or
 * process belongs to nothing.
 */
public final class Equation {

  private final PhotoServer photos;

  public Equation(PhotoServer photos) {
    this.photos = photos;
  }

  /** How many photos are completed, and how many failed for a reason. */
  public record Ended(long completed, long failed) {}

  /** Everything at once, as soon as the server has come to rest. */
  public Ended awaitHolds() {
    AtomicReference<Ended> ended = new AtomicReference<>();
    await()
        .atMost(PhotoServer.LONG)
        .untilAsserted(
            () -> {
              assertThat(unrest()).as("what still goes on").isEmpty();
              ended.set(assertHolds());
            });
    return ended.get();
  }

  /** Whether nothing waits and nothing is in work. */
  boolean rests() {
    return unrest().isEmpty();
  }

  private List<String> unrest() {
    List<String> unrest = new ArrayList<>();
    VectorCollections collections = photos.bean(VectorCollections.class);
    IntelligenceTable table = photos.bean(IntelligenceTable.class);
    if (!collections.checked()) {
      unrest.add("the collections are not checked");
    }
    unrest.addAll(collections.problems().values());
    if (!photos.bean(Reconcile.class).pending().empty()) {
      unrest.add("there are changes to be read");
    }
    table.waiting(false, 10).forEach(photo -> unrest.add("waits: " + photo));
    table.launched().forEach(photo -> unrest.add("in work: " + photo));
    photos.engine().processes().forEach(process -> unrest.add("process " + process));
    unrest.addAll(strings("SELECT 'file to be removed: ' || path FROM file_work"));
    jobFolders().forEach(folder -> unrest.add("folder of a job: " + folder));
    return unrest;
  }

  /** Everything at once. */
  Ended assertHolds() {
    Ended ended = assertAllEnded();
    assertOneResultEach();
    assertIndexesTrue();
    assertNothingLeft();
    return ended;
  }

  private List<String> strings(String sql) {
    return photos.jdbc().sql(sql).query(String.class).list();
  }

  Ended assertAllEnded() {
    String lookedAt =
        photos.bean(Qualification.class).types().stream()
            .map(type -> "'" + type + "'")
            .collect(Collectors.joining(", ", "type IN (", ")"));
    assertThat(
            strings(
                """
                SELECT e.id || ' is ' || COALESCE(i.overall_status, 'not seen') FROM entities e
                LEFT JOIN entity_intelligence i ON i.entity_id = e.id
                WHERE e.%s AND NOT e.is_deleted
                  AND COALESCE(i.overall_status, '') NOT IN ('completed', 'failed')"""
                    .formatted(lookedAt)))
        .as("photos that have not ended")
        .isEmpty();
    assertThat(
            strings(
                """
                SELECT entity_id || '' FROM entity_intelligence
                WHERE overall_status = 'failed' AND COALESCE(error_message, '') = ''"""))
        .as("photos that failed without a reason")
        .isEmpty();
    long inputs = photos.count("entities WHERE " + lookedAt + " AND NOT is_deleted");
    long completed = count("completed");
    long failed = count("failed");
    assertThat(completed + failed).as("completed + failed").isEqualTo(inputs);
    return new Ended(completed, failed);
  }

  private long count(String status) {
    return photos.count(
        "entity_intelligence i JOIN entities e ON e.id = i.entity_id"
            + " WHERE NOT e.is_deleted AND overall_status = '"
            + status
            + "'");
  }

  void assertOneResultEach() {
    for (VectorKind kind : List.of(VectorKind.CLIP, VectorKind.DINO)) {
      assertThat(
              strings(
                  """
                  SELECT i.entity_id || '' FROM entity_intelligence i
                  JOIN entities e ON e.id = i.entity_id
                  WHERE i.%1$s_embedding = 'completed'
                    AND (SELECT COUNT(*) FROM embeddings v WHERE v.kind = '%1$s'
                      AND v.model_id = '%2$s' AND v.entity_id = i.entity_id AND v.md5 = e.md5
                      AND (v.subject_id = i.entity_id OR e.type = 'video'))
                    NOT BETWEEN 1 AND CASE e.type WHEN 'video' THEN 30 ELSE 1 END"""
                      .formatted(kind.word(), model(kind))))
          .as("photos without their one vector of %s", model(kind))
          .isEmpty();
    }
    assertThat(
            strings(
                """
                SELECT v.kind || ' ' || v.subject_id FROM embeddings v
                LEFT JOIN entities e ON e.id = v.entity_id
                WHERE e.id IS NULL OR v.md5 <> e.md5"""))
        .as("vectors of a content that is gone")
        .isEmpty();
    assertThat(
            strings(
                """
                SELECT v.subject_id || '' FROM embeddings v
                WHERE v.kind = 'face'
                  AND NOT EXISTS (SELECT 1 FROM faces f WHERE f.id = v.subject_id)"""))
        .as("vectors of faces that are gone")
        .isEmpty();
    assertThat(
            strings(
                """
                SELECT f.id || '' FROM faces f JOIN entities e ON e.id = f.entity_id
                WHERE f.md5 <> e.md5"""))
        .as("faces of a content that is gone")
        .isEmpty();
    assertThat(
            strings(
                """
                SELECT f.id || ' is ' || f.embedding_status FROM faces f
                JOIN entity_intelligence i ON i.entity_id = f.entity_id
                WHERE i.overall_status = 'completed' AND (f.embedding_status <> 'completed'
                  OR (SELECT COUNT(*) FROM embeddings v WHERE v.kind = 'face'
                    AND v.model_id = '%s' AND v.subject_id = f.id) <> 1)"""
                    .formatted(model(VectorKind.FACE))))
        .as("faces of completed photos without their one vector")
        .isEmpty();
    assertThat(facesOfNobody()).as("faces large enough to be somebody's, without person").isEmpty();
    assertThat(
            strings(
                """
                SELECT i.entity_id || ' counts ' || i.face_count FROM entity_intelligence i
                WHERE i.overall_status = 'completed' AND i.face_count <>
                  (SELECT COUNT(*) FROM faces f WHERE f.entity_id = i.entity_id)"""))
        .as("wrong face counts")
        .isEmpty();
    assertThat(
            strings(
                """
                SELECT p.id || '' FROM known_persons p WHERE p.name IS NULL
                  AND NOT EXISTS (SELECT 1 FROM faces f WHERE f.known_person_id = p.id)"""))
        .as("unnamed persons without a face")
        .isEmpty();
  }

  /** The model in use: vectors of a former one are kept for a while beside its own. */
  private String model(VectorKind kind) {
    return photos.bean(VectorCollections.class).modelOf(kind).orElseThrow();
  }

  private List<Face> facesOfNobody() {
    return photos
        .jdbc()
        .sql(
            """
            SELECT f.entity_id FROM faces f
            JOIN entity_intelligence i ON i.entity_id = f.entity_id
            WHERE i.overall_status = 'completed' AND f.known_person_id IS NULL
              AND NOT EXISTS (SELECT 1 FROM identity_decisions d WHERE d.face_id = f.id)""")
        .query(Long.class)
        .set()
        .stream()
        .flatMap(
            id ->
                photos.bean(Faces.class).ofEntity(id).stream()
                    .filter(photos.bean(Originals.class).recognizable(id))
                    .filter(face -> face.knownPersonId() == null))
        .toList();
  }

  void assertIndexesTrue() {
    VectorIndex index = photos.bean(VectorIndex.class);
    Embeddings embeddings = photos.bean(Embeddings.class);
    for (VectorKind kind : VectorKind.values()) {
      List<Long> stored =
          photos
              .jdbc()
              .sql("SELECT subject_id FROM embeddings WHERE kind = :kind AND model_id = :model")
              .param("kind", kind.word())
              .param("model", model(kind))
              .query(Long.class)
              .list();
      assertThat(index.ids(kind.collection()).boxed().toList())
          .as(kind.collection())
          .containsExactlyInAnyOrderElementsOf(stored);
      for (long id : stored) {
        assertThat(index.vector(kind.collection(), id).orElseThrow())
            .as(kind + " of " + id)
            .containsExactly(embeddings.find(kind, id, model(kind)).orElseThrow(), offset(1e-5f));
      }
    }
  }

  void assertNothingLeft() {
    assertThat(
            strings(
                "SELECT id || ' ' || status FROM jobs WHERE status IN ('queued', 'processing')"))
        .as("open jobs")
        .isEmpty();
    assertThat(photos.bean(Pipeline.class).running(0, 10)).as("processes").isEmpty();
    assertThat(photos.engine().processes()).as("processes of any kind").isEmpty();
    assertThat(photos.engine().tasks()).as("tasks").isEmpty();
    assertThat(photos.bean(OrphanFiles.class).find(Duration.ofMillis(-60_000)))
        .as("files of the media folder without a row")
        .isEmpty();
    assertThat(
            strings("SELECT file_path FROM faces").stream()
                .filter(crop -> !Files.isRegularFile(photos.home().resolve("media").resolve(crop))))
        .as("faces without their crop")
        .isEmpty();
    assertThat(jobFolders()).as("folders of jobs").isEmpty();
  }

  private List<Path> jobFolders() {
    Path folders = photos.home().resolve("compute/jobs");
    if (!Files.isDirectory(folders)) {
      return List.of();
    }
    try (Stream<Path> left = Files.list(folders)) {
      return left.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
