package dev.minsight.compute;

import java.util.Locale;

/** Where a job stands; the words are the wire's. */
public enum JobStatus {
  QUEUED,
  PROCESSING,
  COMPLETED,
  FAILED;

  /**
   * @return the word on the wire and in the database
   */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @param word as written by {@link #word()}
   * @return the status
   */
  public static JobStatus of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /**
   * @return whether nothing more is to come, unless somebody retries
   */
  public boolean terminal() {
    return this == COMPLETED || this == FAILED;
  }
}
