package dev.minsight.sdk;

/** The work on an entity ended with an error. */
public final class ProcessingFailedException extends RuntimeException {

  private final long entityId;
  private final transient Intelligence intelligence;

  ProcessingFailedException(long entityId, Intelligence intelligence) {
    super(
        "processing of entity "
            + entityId
            + " failed: "
            + (intelligence.errorMessage() == null
                ? "the server gave no reason"
                : intelligence.errorMessage()));
    this.entityId = entityId;
    this.intelligence = intelligence;
  }

  /**
   * @return the entity that was waited for
   */
  public long entityId() {
    return entityId;
  }

  /**
   * @return its state as last seen, with the jobs that tell more
   */
  public Intelligence intelligence() {
    return intelligence;
  }
}
