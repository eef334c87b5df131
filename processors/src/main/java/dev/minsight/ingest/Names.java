package dev.minsight.ingest;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;

/** Names of files: which are not meant for us, and new ones that fit into 255 bytes. */
final class Names {

  /** Longest file name on every common file system, bytes of UTF-8. */
  static final int MAX_BYTES = 255;

  /** Ends the name of every receipt. */
  static final String RECEIPT = ".receipt.json";

  /** Endings that browsers, download managers and copy tools give to what is not complete yet. */
  private static final Set<String> PARTIAL =
      Set.of("part", "partial", "crdownload", "download", "filepart", "tmp", "opdownload");

  private static final int HASH_DIGITS = 8;

  private Names() {}

  /**
   * @return whether the name says that the file is hidden, a backup, or not complete yet
   */
  static boolean notForUs(String name) {
    if (name.startsWith(".") || name.startsWith("~$") || name.endsWith("~")) {
      return true;
    }
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return name.indexOf('.') >= 0 && PARTIAL.contains(ending);
  }

  /**
   * Whether Java can say the name; file systems allow names that are not valid Unicode, which
   * {@link java.io.File} cannot open and a database cannot hold.
   */
  static boolean sayable(Path file) {
    return file.toString().indexOf('\uFFFD') < 0 || Path.of(file.toString()).equals(file);
  }

  /**
   * @return what tells this path from all others, also when its name cannot be said
   */
  static String key(Path file) {
    return sayable(file) ? file.toString() : file.toUri().toString();
  }

  /**
   * @return name of the receipt of a file of this name, at most 255 bytes
   */
  static String receipt(String fileName) {
    return fit(fileName, RECEIPT);
  }

  /**
   * @param number 2 or more
   * @return {@code name (2).jpg} for {@code name.jpg}, at most 255 bytes
   */
  static String numbered(String fileName, int number) {
    int dot = fileName.lastIndexOf('.');
    boolean ending = dot > 0 && fileName.length() - dot <= 16;
    String stem = ending ? fileName.substring(0, dot) : fileName;
    return fit(stem, " (" + number + ")" + (ending ? fileName.substring(dot) : ""));
  }

  /** Stem and ending; a stem that is too long is cut and told apart by a hash of the whole. */
  private static String fit(String stem, String ending) {
    int room = MAX_BYTES - bytes(ending);
    if (bytes(stem) <= room) {
      return stem + ending;
    }
    int left = room - HASH_DIGITS - 1;
    int used = 0;
    StringBuilder cut = new StringBuilder();
    for (int codePoint : stem.codePoints().toArray()) {
      used += bytes(Character.toString(codePoint));
      if (used > left) {
        break;
      }
      cut.appendCodePoint(codePoint);
    }
    return cut + "~" + hash(stem) + ending;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static String hash(String text) {
    return HexFormat.of().formatHex(sha256(text)).substring(0, HASH_DIGITS);
  }

  static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
