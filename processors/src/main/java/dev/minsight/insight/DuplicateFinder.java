package dev.minsight.insight;

import dev.minsight.support.RetryableException;
import dev.minsight.support.Turns;
import dev.minsight.vectors.CollectionState;
import dev.minsight.vectors.VectorIndex;
import dev.minsight.vectors.VectorIndex.Hit;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
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

  /** The index keeps vectors of length 1, others may round a little. */
  private static final double SAME = 0.9999;

  private final VectorIndex index;
  private final VectorCollections collections;
  private final Embeddings embeddings;
  private final JdbcClient jdbc;
  private final Turns turns;
  private final Clock clock;
  private final TransactionTemplate read;
  private final TransactionTemplate write;

  DuplicateFinder(
      VectorIndex index,
      VectorCollections collections,
      Embeddings embeddings,
      JdbcClient jdbc,
      Turns turns,
      Clock clock,
      PlatformTransactionManager transactions) {
    this.index = index;
    this.collections = collections;
    this.embeddings = embeddings;
    this.jdbc = jdbc;
    this.turns = turns;
    this.clock = clock;
    this.read = new TransactionTemplate(transactions);
    this.read.setReadOnly(true);
    this.write = new TransactionTemplate(transactions);
  }

  /** A line of the queue. */
  private record Due(long entityId, long turn) {}

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
    List<Due> due = read.execute(tx -> due(model.get()));
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

  private List<Due> due(String model) {
    return jdbc.sql(
            """
            SELECT entity_id, turn FROM duplicate_queue
            WHERE model_id = :model AND due_at <= :now ORDER BY due_at, entity_id LIMIT :most""")
        .param("model", model)
        .param("now", clock.millis())
        .param("most", BATCH)
        .query((row, n) -> new Due(row.getLong(1), row.getLong(2)))
        .list();
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
        due, index.search(collection, indexed.get(), NEIGHBOURS, LEAST, other -> other != id));
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
    Collection<Long> held = hold(seen, model);
    for (Seen each : seen) {
      if (each.hits() == null) {
        postpone(each.due(), model);
      } else if (done(each.due(), model)) {
        replace(each, model, held);
      }
    }
  }

  /**
   * Photos of the pairs whose vectors are still there, and stay until the transaction ends: first
   * their rows are held, as whoever deletes photos does, then their vectors.
   */
  private Collection<Long> hold(List<Seen> seen, String model) {
    TreeSet<Long> ids = new TreeSet<>();
    for (Seen each : seen) {
      ids.add(each.due().entityId());
      if (each.hits() != null) {
        each.hits().forEach(hit -> ids.add(hit.id()));
      }
    }
    jdbc.sql("SELECT id FROM entities WHERE id IN (:ids) ORDER BY id" + turns.forUpdate())
        .param("ids", ids)
        .query(Long.class)
        .list();
    return new TreeSet<>(
        jdbc.sql(
                """
                SELECT subject_id FROM embeddings
                WHERE kind = :kind AND model_id = :model AND subject_id IN (:ids)
                  AND subject_id = entity_id ORDER BY subject_id"""
                    + turns.forUpdate())
            .param("kind", VectorKind.DINO.word())
            .param("model", model)
            .param("ids", ids)
            .query(Long.class)
            .list());
  }

  private void postpone(Due due, String model) {
    jdbc.sql(
            """
            UPDATE duplicate_queue SET due_at = :at
            WHERE model_id = :model AND entity_id = :id AND turn = :turn""")
        .param("at", clock.millis() + NOT_INDEXED_MILLIS)
        .param("model", model)
        .param("id", due.entityId())
        .param("turn", due.turn())
        .update();
  }

  /** False when another vector came while this one was looked at. */
  private boolean done(Due due, String model) {
    return jdbc.sql(
                """
                DELETE FROM duplicate_queue
                WHERE model_id = :model AND entity_id = :id AND turn = :turn""")
            .param("model", model)
            .param("id", due.entityId())
            .param("turn", due.turn())
            .update()
        == 1;
  }

  private void replace(Seen seen, String model, Collection<Long> held) {
    long id = seen.due().entityId();
    for (String side : List.of("entity_id", "other_id")) {
      jdbc.sql("DELETE FROM duplicate_pairs WHERE model_id = :model AND " + side + " = :id")
          .param("model", model)
          .param("id", id)
          .update();
    }
    List<Hit> pairs = new ArrayList<>(seen.hits());
    pairs.removeIf(hit -> !held.contains(hit.id()) || !held.contains(id));
    for (Hit hit : pairs) {
      jdbc.sql(
              """
              INSERT INTO duplicate_pairs (model_id, entity_id, other_id, score)
              VALUES (:model, :one, :other, :score)
              ON CONFLICT (model_id, entity_id, other_id) DO UPDATE SET score = excluded.score""")
          .param("model", model)
          .param("one", Math.min(id, hit.id()))
          .param("other", Math.max(id, hit.id()))
          .param("score", (double) hit.score())
          .update();
    }
  }
}
