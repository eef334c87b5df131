package dev.minsight.cli;

import dev.minsight.sdk.SystemClient;
import dev.minsight.sdk.VectorCollection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** The vector index of a running server. */
@Command(name = "vectors", description = "Show the vector index, or build it again.")
final class VectorsCommand {

  private static final long LOOK_AGAIN_MILLIS = 500;

  @ParentCommand RootCommand root;

  @Command(description = "List the collections: what they hold, and whether they can be searched.")
  int list() {
    show(root.client().system().vectors());
    return ExitCode.OK;
  }

  @Command(
      description =
          "Build collections again from the database, and wait for it. Meanwhile the old content"
              + " answers.")
  int rebuild(
      @Parameters(
              arity = "0..1",
              paramLabel = "COLLECTION",
              description = "clip_embeddings, dino_embeddings or face_embeddings; without it, all.")
          String collection,
      @Option(names = "--no-wait", description = "Only begin it.") boolean noWait)
      throws InterruptedException {
    SystemClient system = root.client().system();
    List<VectorCollection> now = system.rebuildVectors(collection);
    while (!noWait && now.stream().anyMatch(VectorCollection::rebuilding)) {
      TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
      now = system.vectors();
    }
    show(now);
    for (VectorCollection each : now) {
      if (!noWait && !each.condition().equals("ready") && concerns(collection, each)) {
        throw new CliException(
            ExitCode.FAILED, "collection " + each.name() + " is not built: " + each.reason());
      }
    }
    return ExitCode.OK;
  }

  private static boolean concerns(String collection, VectorCollection each) {
    return collection == null || collection.equals(each.name());
  }

  private void show(List<VectorCollection> collections) {
    Output output = root.output();
    if (output.json()) {
      output.document(collections);
      return;
    }
    output.table(
        List.of("COLLECTION", "VECTORS", "STORED", "SIZE", "SEARCH", "MODEL"),
        collections.stream()
            .map(
                each ->
                    List.of(
                        each.name(),
                        Text.of(each.count()),
                        Text.of(each.stored()),
                        Text.of(each.dimension()),
                        each.method() == null ? each.condition() : each.method(),
                        each.modelId() + (each.reason() == null ? "" : " (" + each.reason() + ")")))
            .toList());
  }
}
