package dev.minsight.vectors;

/** A file cannot be trusted, or holds something else. The message is the reason people read. */
final class RebuildNeededException extends Exception {

  RebuildNeededException(String message) {
    super(message);
  }
}
