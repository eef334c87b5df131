package dev.minsight.cli;

/** How a command ends; the same numbers everywhere in mInsight. 130, interrupted, is the JVM's. */
final class ExitCode {

  static final int OK = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int UNREACHABLE = 3;
  static final int NOT_FOUND = 4;
  static final int REFUSED = 5;
  static final int TIMED_OUT = 6;

  private ExitCode() {}
}
