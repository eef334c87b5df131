package dev.minsight.ml;

/** The answer to "which model does this task now?". */
public sealed interface ServingModel {

  /**
   * A model serves.
   *
   * @param spec which one and how to use it
   * @param file its checked bytes
   */
  record Ready(ModelSpec spec, ModelFile file) implements ServingModel {}

  /**
   * No model can serve now; the work waits.
   *
   * @param reason in plain words, with what to do
   */
  record Waiting(String reason) implements ServingModel {}
}
