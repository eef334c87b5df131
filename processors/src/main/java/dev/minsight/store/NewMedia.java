package dev.minsight.store;

/**
 * What is wanted of a file besides keeping it.
 *
 * @param label or null
 * @param description or null
 * @param parentId collection to put it in, null for the root
 * @param refuseDamaged whether a picture that cannot be read is an error rather than a file
 */
public record NewMedia(String label, String description, Long parentId, boolean refuseDamaged) {

  Naming naming() {
    return new Naming(label, description, parentId);
  }
}
