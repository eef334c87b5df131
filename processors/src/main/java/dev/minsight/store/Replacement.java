package dev.minsight.store;

/**
 * What an entity is to be after a PUT.
 *
 * @param collection must be what it is already
 * @param label or null
 * @param description or null
 * @param parentId collection it is to lie in, null for the root
 */
public record Replacement(boolean collection, String label, String description, Long parentId) {

  Naming naming() {
    return new Naming(label, description, parentId);
  }
}
