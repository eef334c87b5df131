package dev.minsight.store;

/**
 * What is wanted of a file besides keeping it.
 *
 * @param label or null
 * @param description or null
 * @param parentId collection to put it in, null for the root
 * @param refuseDamaged whether a picture that cannot be read is an error rather than a file
 * @param restoreDeleted whether an entity in the trash that has the content comes out of it, rather
 *     than being in the way
 */
public record NewMedia(
    String label,
    String description,
    Long parentId,
    boolean refuseDamaged,
    boolean restoreDeleted) {

  /** Content in the trash is in the way. */
  public NewMedia(String label, String description, Long parentId, boolean refuseDamaged) {
    this(label, description, parentId, refuseDamaged, false);
  }

  Naming naming() {
    return new Naming(label, description, parentId);
  }
}
