package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.minsight.store.OrphanFiles;
import dev.minsight.vectors.VectorIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What must hold of a server that rests, whatever happened to it: inputs are completed, or failed
 * with a reason; each content has one result a step and model; and no vector, crop, row, folder or
 * process belongs to nothing.
 */
final class Equation {

  private final PhotoServer photos;

  Equation(PhotoServer photos) {
    this.photos = photos;
  }

  /** How many photos are completed, and how many failed for a reason. */
  record Ended(long completed, long failed) {}

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
    assertThat(
            strings(
                """
                SELECT i.entity_id || ' lacks ' || s.kind FROM entity_intelligence i
                CROSS JOIN (SELECT 'clip' AS kind UNION SELECT 'dino') s
                JOIN entities e ON e.id = i.entity_id
                WHERE CASE s.kind WHEN 'clip' THEN i.clip_embedding ELSE i.dino_embedding END
                    = 'completed'
                  AND (SELECT COUNT(*) FROM embeddings v WHERE v.kind = s.kind
                    AND v.entity_id = i.entity_id AND v.md5 = e.md5
                    AND (v.subject_id = i.entity_id OR e.type = 'video'))
                  NOT BETWEEN 1 AND CASE e.type WHEN 'video' THEN 1000 ELSE 1 END"""))
        .as("steps without their one vector")
        .isEmpty();
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
                  OR f.known_person_id IS NULL OR (SELECT COUNT(*) FROM embeddings v
                    WHERE v.kind = 'face' AND v.subject_id = f.id) <> 1)"""))
        .as("faces of completed photos without their one vector and person")
        .isEmpty();
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

  void assertIndexesTrue() {
    VectorIndex index = photos.bean(VectorIndex.class);
    Embeddings embeddings = photos.bean(Embeddings.class);
    for (VectorKind kind : VectorKind.values()) {
      List<Long> stored =
          photos
              .jdbc()
              .sql("SELECT subject_id FROM embeddings WHERE kind = '" + kind.word() + "'")
              .query(Long.class)
              .list();
      assertThat(index.ids(kind.collection()).boxed().toList())
          .as(kind.collection())
          .containsExactlyInAnyOrderElementsOf(stored);
      for (long id : stored) {
        assertThat(index.vector(kind.collection(), id).orElseThrow())
            .as(kind + " of " + id)
            .containsExactly(embeddings.newest(kind, id).orElseThrow(), offset(1e-5f));
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
    Path folders = photos.home().resolve("compute/jobs");
    if (Files.isDirectory(folders)) {
      try (Stream<Path> left = Files.list(folders)) {
        assertThat(left).as("folders of jobs").isEmpty();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
