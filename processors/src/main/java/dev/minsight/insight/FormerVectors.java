package dev.minsight.insight;

import dev.minsight.ml.ModelSpec;
import dev.minsight.ml.ModelStore;
import dev.minsight.support.MinsightProperties;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Vectors of models that went out of use. They are kept for a while, so that going back costs
 * nothing; then they are only weight.
 */
@Component
class FormerVectors {

  private static final Logger LOG = LoggerFactory.getLogger(FormerVectors.class);

  private static final long PAUSE_MILLIS = Duration.ofHours(1).toMillis();

  /** So many at a time, so that other writers get their turn. */
  private static final int BATCH = 500;

  private final Embeddings embeddings;
  private final ModelStore store;
  private final JdbcClient jdbc;
  private final TransactionTemplate write;
  private final Clock clock;
  private final Duration keep;
  private long nextAt;

  FormerVectors(
      Embeddings embeddings,
      ModelStore store,
      JdbcClient jdbc,
      PlatformTransactionManager transactions,
      Clock clock,
      MinsightProperties settings) {
    this.embeddings = embeddings;
    this.store = store;
    this.jdbc = jdbc;
    this.write = new TransactionTemplate(transactions);
    this.clock = clock;
    this.keep = settings.models().keepVectors();
  }

  /** Removes, once an hour, what has been kept long enough. */
  void removeSometimes() throws IOException {
    if (clock.millis() >= nextAt) {
      nextAt = clock.millis() + PAUSE_MILLIS;
      remove();
    }
  }

  /**
   * Removes the vectors that lie beside those in use, where a model has been in use for long
   * enough. What only a former model has described stays: it is what shows that there is something
   * to describe.
   */
  void remove() throws IOException {
    for (VectorKind kind : VectorKind.values()) {
      Optional<ModelSpec> serving = store.inUse(kind.task());
      if (serving.isPresent() && longInUse(kind.task(), serving.get().id())) {
        Optional<ModelSpec> next = store.successor(kind.task());
        for (String model : embeddings.models(kind)) {
          if (!model.equals(serving.get().id())
              && next.filter(spec -> spec.id().equals(model)).isEmpty()) {
            remove(kind, model, serving.get().id());
          }
        }
      }
    }
  }

  /** Notes, too, since when a model is in use; an hour sooner or later does not matter. */
  private boolean longInUse(String task, String modelId) {
    Long since =
        jdbc.sql("SELECT since FROM model_service WHERE task = :task AND model_id = :model")
            .param("task", task)
            .param("model", modelId)
            .query(Long.class)
            .optional()
            .orElse(null);
    long now = clock.millis();
    if (since == null) {
      write.executeWithoutResult(
          tx ->
              jdbc.sql(
                      """
                      INSERT INTO model_service (task, model_id, since)
                      VALUES (:task, :model, :now)
                      ON CONFLICT (task) DO UPDATE SET
                        model_id = excluded.model_id, since = excluded.since""")
                  .param("task", task)
                  .param("model", modelId)
                  .param("now", now)
                  .update());
    }
    return now - (since == null ? now : since) >= keep.toMillis();
  }

  private void remove(VectorKind kind, String model, String serving) {
    long sum = 0;
    List<Embeddings.Former> former = embeddings.former(kind, model, serving, 0, BATCH);
    while (!former.isEmpty()) {
      embeddings.remove(kind, model, former);
      sum += former.size();
      // A batch may end amid the faces of a photo.
      long before = former.get(former.size() - 1).entityId() - 1;
      former = embeddings.former(kind, model, serving, before, BATCH);
    }
    if (sum > 0) {
      LOG.info("Removed {} vectors of {}, which is no longer in use", sum, model);
    }
  }
}
