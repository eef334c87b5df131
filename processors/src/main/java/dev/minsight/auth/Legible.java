package dev.minsight.auth;

/** Text that looks like what it is: nothing invisible, nothing that turns the direction. */
final class Legible {

  private static final int EXCERPT = 40;

  private Legible() {}

  /** Whether a name holds no character that hides or reorders others. */
  static boolean all(String text) {
    return text.codePoints().allMatch(Legible::legible);
  }

  /** The beginning of a text, fit to be shown in an error. */
  static String excerpt(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints().limit(EXCERPT).forEach(c -> shown.appendCodePoint(legible(c) ? c : '\uFFFD'));
    return shown.toString();
  }

  private static boolean legible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      // Bidirectional marks and overrides are of this kind; joiners are needed by some scripts.
      case Character.FORMAT -> c == 0x200C || c == 0x200D;
      default -> true;
    };
  }
}
