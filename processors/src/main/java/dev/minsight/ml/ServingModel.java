package dev.minsight.ml;

import java.util.List;

/** The answer to "which model does this task now?". */
public sealed interface ServingModel {

  /**
   * A model serves.
   *
   * @param spec which one and how to use it
   * @param file its checked bytes
   * @param companions its checked files beside the weights, in the manifest's order
   */
  record Ready(ModelSpec spec, ModelFile file, List<ModelFile.OnDisk> companions)
      implements ServingModel {

    Ready(ModelSpec spec, ModelFile file) {
      this(spec, file, List.of());
    }
  }

  /**
   * No model can serve now; the work waits.
   *
   * @param reason in plain words, with what to do
   */
  record Waiting(String reason) implements ServingModel {}
}
