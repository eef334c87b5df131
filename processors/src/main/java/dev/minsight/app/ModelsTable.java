package dev.minsight.app;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.minsight.ml.ModelSpec;
import dev.minsight.ml.ModelStore;
import dev.minsight.ml.ServingModel;
import java.io.PrintWriter;
import java.util.List;

/** What {@code models list} shows. */
final class ModelsTable {

  private ModelsTable() {}

  /**
   * One model.
   *
   * @param id of the model
   * @param task it does
   * @param state bundled, installed, damaged or absent
   * @param serving whether it serves its task now
   * @param preferred whether it is the default of its task
   * @param size in bytes
   * @param licence licence and open questions of rights
   * @param note what else people should know
   */
  record Row(
      String id,
      String task,
      String state,
      boolean serving,
      @JsonProperty("default") boolean preferred,
      long size,
      String licence,
      String note) {}

  static Row row(ModelStore store, ModelSpec model) {
    boolean serving =
        store.serving(model.task()) instanceof ServingModel.Ready ready
            && ready.spec().id().equals(model.id());
    return new Row(
        model.id(),
        model.task(),
        state(store, model),
        serving,
        model.preferred(),
        model.size(),
        model.licence(),
        model.note());
  }

  static void print(PrintWriter out, List<Row> rows) {
    String line = "%-2s %-40s %-16s %-10s %9s  %s%n";
    out.printf(line, "", "ID", "TASK", "STATE", "SIZE", "LICENCE");
    for (Row row : rows) {
      out.printf(
          line,
          row.serving() ? "*" : "",
          row.id(),
          row.task(),
          row.state(),
          String.format("%.2f MB", row.size() / 1e6),
          row.licence());
    }
    out.println("* serves its task now");
  }

  private static String state(ModelStore store, ModelSpec model) {
    boolean intact = store.state(model) instanceof ServingModel.Ready;
    if (model.lite()) {
      return intact ? "bundled" : "damaged";
    }
    if (!store.isPresent(model)) {
      return "absent";
    }
    return intact ? "installed" : "damaged";
  }
}
