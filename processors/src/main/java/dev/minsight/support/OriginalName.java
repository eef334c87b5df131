package dev.minsight.support;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/**
 * Reduces a file name from outside to something that can be shown and offered for download: no path
 * parts, no control or direction-changing characters, at most 255 bytes. The store only ever shows
 * such a name; of its paths on disk it is no part.
 */
public final class OriginalName {

  /** Longest file name of the usual file systems, bytes of UTF-8. */
  private static final int MAX_BYTES = 255;

  /** Extensions longer than this are treated as part of the name. */
  private static final int MAX_EXTENSION = 32;

  private OriginalName() {}

  /**
   * @param name as it came, or null
   * @return a harmless base name, or null when nothing of it is left
   */
  public static String harmless(String name) {
    if (name == null) {
      return null;
    }
    StringBuilder printable = new StringBuilder();
    name.codePoints().filter(OriginalName::printable).forEach(printable::appendCodePoint);
    String kept = Normalizer.normalize(printable, Normalizer.Form.NFC);
    String base = shorten(kept.substring(lastSeparator(kept) + 1).strip()).strip();
    boolean nothing = base.chars().allMatch(c -> c == '.' || Character.isWhitespace(c));
    return nothing ? null : base;
  }

  private static int lastSeparator(CharSequence name) {
    for (int i = name.length() - 1; i >= 0; i--) {
      if (name.charAt(i) == '/' || name.charAt(i) == '\\') {
        return i;
      }
    }
    return -1;
  }

  private static boolean printable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      // Characters newer than this JVM are kept; the code points that never become one are not.
      case Character.UNASSIGNED -> (c & 0xFFFE) != 0xFFFE && (c < 0xFDD0 || c > 0xFDEF);
      // Bidirectional marks and overrides are all of this kind; joiners are needed by some scripts.
      case Character.FORMAT -> c == 0x200C || c == 0x200D;
      default -> true;
    };
  }

  /** Cuts the middle out, keeping the extension, never within a character. */
  private static String shorten(String name) {
    if (bytes(name) <= MAX_BYTES) {
      return name;
    }
    int dot = name.lastIndexOf('.');
    String extension =
        dot > 0 && bytes(name.substring(dot)) <= MAX_EXTENSION ? name.substring(dot) : "";
    int room = MAX_BYTES - bytes(extension);
    StringBuilder stem = new StringBuilder();
    for (int c : name.codePoints().toArray()) {
      int size = bytes(Character.toString(c));
      if (size > room) {
        break;
      }
      room -= size;
      stem.appendCodePoint(c);
    }
    return stem + extension;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
