package dev.minsight.insight;

import dev.minsight.insight.DuplicateQueue.Due;
import dev.minsight.support.RetryableException;
import dev.minsight.vectors.CollectionState;
import dev.minsight.vectors.VectorIndex;
import dev.minsight.vectors.VectorIndex.Hit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Looks for the nearest photos of each photo that has a new DINO vector and keeps the pairs. A
 * photo costs one search and at most {@value #NEIGHBOURS} rows, however large the library is, and
 * however many copies of it there are.
 *
 * <p>A photo is looked at only when the index has the very vector that the database has. So of two
 * photos that come in at the same moment the one that is looked at last sees the other.
 *
 * <p>Frames of videos are nobody's duplicates: whoever keeps the photo still wants the video.
 */
@Component
class DuplicateFinder {

  /**
   * Pairs kept of one photo; a group of more copies hangs together through those with small ids.
   */
  static final int NEIGHBOURS = 50;

  /** Photos less alike than this are never near-duplicates. */
  static final float LEAST = 0.8f;

  /** Photos of one round; all of their pairs are written in one transaction. */
  private static final int BATCH = 32;

  /** Wait until a vector that was not yet indexed is looked for again. */
  private static final long NOT_INDEXED_MILLIS = 2_000;

  /** Removes the pairs of a photo, which may be either of a pair; each by an index of its own. */
  static final List<String> FORGET =
      List.of(
          "DELETE FROM duplicate_pairs WHERE model_id = :model AND entity_id = :id",
          "DELETE FROM duplicate_pairs WHERE model_id = :model AND other_id = :id");

  /** The index keeps vectors of length 1, others may round a little. */
  private static final double SAME = 0.9999;

  private final VectorIndex index;
  private final VectorCollections collections;
  private final Embeddings embeddings;
  private final DuplicateQueue queue;
  private final JdbcClient jdbc;
  private final JdbcTemplate batch;
  private final TransactionTemplate write;

  DuplicateFinder(
      VectorIndex index,
      VectorCollections collections,
      Embeddings embeddings,
      DuplicateQueue queue,
      JdbcClient jdbc,
      JdbcTemplate batch,
      PlatformTransactionManager transactions) {
    this.index = index;
    this.collections = collections;
    this.embeddings = embeddings;
    this.queue = queue;
    this.jdbc = jdbc;
    this.batch = batch;
    this.write = new TransactionTemplate(transactions);
  }

  /** What a look at the index gave; null hits: its vector is not there yet. */
  private record Seen(Due due, List<Hit> hits) {}

  /**
   * Looks at some of the photos that wait.
   *
   * @return whether there may be more to do now
   * @throws RetryableException if the index cannot be searched now
   */
  boolean round() {
    Optional<String> model = model();
    if (model.isEmpty()) {
      return false;
    }
    List<Due> due = queue.due(model.get(), BATCH);
    List<Seen> seen = due.stream().map(line -> look(line, model.get())).toList();
    if (!seen.isEmpty()) {
      write.executeWithoutResult(tx -> keep(seen, model.get()));
    }
    return due.size() == BATCH;
  }

  private Optional<String> model() {
    if (!collections.isOpen(VectorKind.DINO)) {
      return Optional.empty();
    }
    CollectionState state = index.state(VectorKind.DINO.collection());
    return state.ready() ? collections.modelOf(VectorKind.DINO) : Optional.empty();
  }

  private Seen look(Due due, String model) {
    long id = due.entityId();
    String collection = VectorKind.DINO.collection();
    Optional<float[]> saved = embeddings.find(VectorKind.DINO, id, model);
    if (saved.isEmpty()) {
      return new Seen(due, List.of());
    }
    Optional<float[]> indexed = index.vector(collection, id);
    if (indexed.isEmpty() || cosine(indexed.get(), saved.get()) < SAME) {
      return new Seen(due, null);
    }
    return new Seen(
        due,
        index.search(
            collection,
            indexed.get(),
            NEIGHBOURS,
            LEAST,
            other -> other != id && PictureId.of(other).timeMs() == null));
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    double lengths = 0;
    double others = 0;
    for (int i = 0; i < Math.min(a.length, b.length); i++) {
      dot += (double) a[i] * b[i];
      lengths += (double) a[i] * a[i];
      others += (double) b[i] * b[i];
    }
    return dot / Math.sqrt(lengths * others);
  }

  private void keep(List<Seen> seen, String model) {
    TreeSet<Long> photos = new TreeSet<>();
    for (Seen each : seen) {
      photos.add(each.due().entityId());
      if (each.hits() != null) {
        each.hits().forEach(hit -> photos.add(hit.id()));
      }
    }
    Collection<Long> held = queue.hold(photos, model);
    for (Seen each : seen) {
      if (each.hits() == null) {
        queue.postpone(each.due(), model, NOT_INDEXED_MILLIS);
      } else if (queue.done(each.due(), model)) {
        replace(each, model, held);
      }
    }
  }

  private void replace(Seen seen, String model, Collection<Long> held) {
    long id = seen.due().entityId();
    for (String forget : FORGET) {
      jdbc.sql(forget).param("model", model).param("id", id).update();
    }
    if (!held.contains(id)) {
      return;
    }
    batch.batchUpdate(
        """
        INSERT INTO duplicate_pairs (model_id, entity_id, other_id, score) VALUES (?, ?, ?, ?)
        ON CONFLICT (model_id, entity_id, other_id) DO UPDATE SET score = excluded.score""",
        seen.hits().stream()
            .filter(hit -> held.contains(hit.id()))
            .map(
                hit ->
                    new Object[] {
                      model, Math.min(id, hit.id()), Math.max(id, hit.id()), (double) hit.score()
                    })
            .toList());
  }
}
