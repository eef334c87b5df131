package dev.minsight.app;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.minsight.insight.UpgradeNews;
import dev.minsight.insight.UpgradeProgress;
import dev.minsight.ml.ModelSpec;
import dev.minsight.ml.ModelStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Models that are to take over, and how far that is, as far as the server has said. */
final class ModelChanges {

  private ModelChanges() {}

  /**
   * One change.
   *
   * @param task whose model changes
   * @param to the model that is to serve
   * @param progress what the server said last; null before it began
   */
  record Change(
      String task, String to, @JsonInclude(JsonInclude.Include.NON_NULL) UpgradeProgress progress) {

    String words() {
      return task
          + ": "
          + (progress == null
              ? to + " takes over when the server has described everything by it"
              : progress.words());
    }
  }

  static List<Change> of(ModelStore store) throws IOException {
    List<UpgradeProgress> news = new UpgradeNews(store.directory()).read();
    List<Change> changes = new ArrayList<>();
    for (String task : store.manifest().tasks()) {
      Optional<UpgradeProgress> said =
          news.stream().filter(progress -> progress.task().equals(task)).findFirst();
      Optional<String> next =
          store.successor(task).map(ModelSpec::id).or(() -> said.map(UpgradeProgress::to));
      next.ifPresent(
          to ->
              changes.add(new Change(task, to, said.filter(p -> p.to().equals(to)).orElse(null))));
    }
    return changes;
  }
}
