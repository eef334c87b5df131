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
import org.springframework.stereotype.Component;

/**
 * Vectors of models that went out of use. They are kept for a while, so that going back costs
 * nothing; then they are only weight.
 */
@Component
class FormerVectors {

  private static final Logger LOG = LoggerFactory.getLogger(FormerVectors.class);

  private static final long PAUSE_MILLIS = Duration.ofHours(1).toMillis();
  private static final int BATCH = 500;

  private final Embeddings embeddings;
  private final ModelStore store;
  private final Clock clock;
  private final Duration keep;
  private long nextAt;

  FormerVectors(Embeddings embeddings, ModelStore store, Clock clock, MinsightProperties settings) {
    this.embeddings = embeddings;
    this.store = store;
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
   * Removes vectors that have lain beside those in use for long enough. What only a former model
   * has described stays: it is what shows that there is something to describe.
   */
  void remove() throws IOException {
    long before = clock.millis() - keep.toMillis();
    for (VectorKind kind : VectorKind.values()) {
      Optional<ModelSpec> serving = store.inUse(kind.task());
      Optional<ModelSpec> next = store.successor(kind.task());
      for (String model : serving.isEmpty() ? List.<String>of() : embeddings.models(kind)) {
        boolean needed =
            model.equals(serving.get().id())
                || next.filter(spec -> spec.id().equals(model)).isPresent();
        if (!needed) {
          remove(kind, model, serving.get().id(), before);
        }
      }
    }
  }

  private void remove(VectorKind kind, String model, String serving, long before) {
    long sum = 0;
    int last;
    do {
      last = embeddings.removeFormer(kind, model, serving, before, BATCH);
      sum += last;
    } while (last == BATCH);
    if (sum > 0) {
      LOG.info("Removed {} vectors of {}, which is no longer in use", sum, model);
    }
  }
}
