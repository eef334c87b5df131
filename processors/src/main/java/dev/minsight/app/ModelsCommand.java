package dev.minsight.app;

/** Placeholder until the ml branch is merged. */
final class ModelsCommand {
  private ModelsCommand() {}

  static int run(String... args) {
    return args.length;
  }
}
