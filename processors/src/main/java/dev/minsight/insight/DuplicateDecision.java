package dev.minsight.insight;

/**
 * What somebody decided about two photos that look nearly the same.
 *
 * @param id number of the decision
 * @param entityId the photo that was named first; of {@link Verdict#TRASH} the one that goes
 * @param otherId the photo it was compared with
 * @param verdict what is to be
 * @param replaces what had been decided about the two before; null if nothing
 * @param actor user id, or null without accounts
 * @param createdAt milliseconds since 1970
 */
public record DuplicateDecision(
    long id,
    long entityId,
    long otherId,
    Verdict verdict,
    Verdict replaces,
    String actor,
    long createdAt) {

  /** What is to be. */
  public enum Verdict {
    /** Both stay, and nobody is asked again. */
    KEEP,
    /** The photo named first goes into the trash. */
    TRASH,
    /** They are not the same; they are no longer shown as such. */
    NOT_DUPLICATE;

    /**
     * @return the word in the table and on the wire
     */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
