package dev.minsight.vectors;

import java.util.Collection;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names on a Qdrant server. Everybody reads and writes {@code clip_embeddings}; that is an alias of
 * {@code clip_embeddings.<model>.<number>}, so that a new collection can take its place in one step
 * and the name tells, on a server of any version, which model made the vectors.
 *
 * @param alias what the collection is called
 */
record QdrantNames(String alias) {

  /** What a collection of ours says about itself. */
  record Own(String model, long number) {}

  /** Model ids are such already; Qdrant refuses some other characters. */
  private static String safe(String modelId) {
    return modelId.replaceAll("[^A-Za-z0-9_-]", "_");
  }

  boolean isOf(Own own, String modelId) {
    return own.model().equals(safe(modelId));
  }

  /**
   * @param collection name on the server
   * @return what it says, empty when it is not one of ours
   */
  Optional<Own> parse(String collection) {
    Matcher parts =
        Pattern.compile(Pattern.quote(alias) + "\\.([A-Za-z0-9_-]+)\\.(\\d{1,18})")
            .matcher(collection);
    return parts.matches()
        ? Optional.of(new Own(parts.group(1), Long.parseLong(parts.group(2))))
        : Optional.empty();
  }

  /**
   * @param modelId model of the vectors
   * @param taken names on the server
   * @return a name that nobody has
   */
  String next(String modelId, Collection<String> taken) {
    long newest =
        taken.stream().flatMap(name -> parse(name).stream()).mapToLong(Own::number).max().orElse(0);
    return alias + "." + safe(modelId) + "." + (newest + 1);
  }
}
