package dev.minsight.ingest;

import java.nio.file.Path;

/**
 * One file of a watched folder and what became of it.
 *
 * @param id of this drop; a file that is dropped again gets a new one
 * @param source absolute path of the file
 * @param size bytes
 * @param modifiedMillis last change of the content, milliseconds since 1970
 * @param root the watched folder
 * @param state how far it has come
 * @param entityId the entity that holds its content, or null
 * @param target where it goes afterwards, relative to the root, or null while undecided
 * @param reason why it failed, waits, or is nothing new; null when all is well
 */
record Claim(
    long id,
    Path source,
    long size,
    long modifiedMillis,
    Path root,
    ClaimState state,
    Long entityId,
    String target,
    String reason) {

  /**
   * The request id under which the store notes this drop in the entity's history, in the
   * transaction that creates the entity: after a crash it tells our own entity from one that was
   * there before.
   */
  String drop() {
    return "drop-" + id;
  }

  /**
   * @return the final state that putting the file away leads to
   */
  ClaimState outcome() {
    return switch (state) {
      case STORED -> reason == null ? ClaimState.DONE : ClaimState.KNOWN;
      case REFUSED -> ClaimState.FAILED;
      default -> throw new IllegalStateException("claim " + id + " is undecided: " + state);
    };
  }

  /**
   * @return whether the file at the source is still the one that was claimed
   */
  boolean isStill(FileFacts facts) {
    return facts.size() == size && facts.modifiedMillis() == modifiedMillis;
  }

  /** Path relative to the watched folder, with {@code /}, for receipts and pages. */
  String relativeName() {
    return relativeName(root, source);
  }

  static String relativeName(Path root, Path file) {
    return root.relativize(file).toString().replace(root.getFileSystem().getSeparator(), "/");
  }
}
