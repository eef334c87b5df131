package dev.minsight.ingest;

import java.util.Locale;

/**
 * How far a claimed file has come. A crash in any state is repaired at the next start: {@link
 * #CLAIMED} is taken again, {@link #STORED} and {@link #REFUSED} are put away again.
 */
enum ClaimState {
  /** Waits to be taken again after a failure that may pass. */
  NEW,
  /** Is being read into the store. */
  CLAIMED,
  /** The store has it; the file is being put away. */
  STORED,
  /** Cannot be taken; the file is being put away. */
  REFUSED,
  /** Final: a new entity, the file is put away, the receipt is written. */
  DONE,
  /** Final: its content was known before. */
  KNOWN,
  /** Final: it was refused. */
  FAILED;

  /**
   * @return whether nothing is left to do
   */
  boolean isFinal() {
    return this == DONE || this == KNOWN || this == FAILED;
  }

  /**
   * @return whether a claim may go from this state to the next in one step
   */
  boolean mayBecome(ClaimState next) {
    return switch (this) {
      case NEW -> next == CLAIMED;
      case CLAIMED -> next == NEW || next == STORED || next == REFUSED;
      case STORED -> next == DONE || next == KNOWN;
      case REFUSED -> next == FAILED;
      case DONE, KNOWN, FAILED -> next == CLAIMED; // the same file was dropped again
    };
  }

  /**
   * @return the word in the database and in receipts
   */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static ClaimState of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
