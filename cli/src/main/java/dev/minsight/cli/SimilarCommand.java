package dev.minsight.cli;

import dev.minsight.sdk.SimilarEntities;
import dev.minsight.sdk.SimilarQuery;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** What resembles an image. */
@Command(name = "similar", description = "Find images that resemble one, best first.")
final class SimilarCommand implements Callable<Integer> {

  @ParentCommand RootCommand root;

  @Parameters(paramLabel = "ID")
  long id;

  @Option(names = "--limit", description = "Most results, 1..50.")
  Integer limit;

  @Option(names = "--threshold", description = "Least cosine similarity, 0..1.")
  Double threshold;

  @Option(names = "--include-self", description = "With the image itself.")
  boolean includeSelf;

  @Override
  public Integer call() {
    SimilarQuery query =
        SimilarQuery.defaults()
            .limit(limit)
            .threshold(threshold)
            .includeSelf(includeSelf)
            .includeDetails(true);
    SimilarEntities found = root.client().intelligence().similar(id, query);
    Output output = root.output();
    if (output.json()) {
      output.document(found);
    } else {
      output.table(
          List.of("ENTITY", "SCORE", "LABEL"),
          found.results().stream()
              .map(
                  hit ->
                      List.of(
                          Text.of(hit.entityId()),
                          Text.score(hit.score()),
                          Text.of(hit.entity() == null ? null : hit.entity().label())))
              .toList());
    }
    return ExitCode.OK;
  }
}
