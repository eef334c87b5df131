package dev.minsight.store;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Texts in the forms in which they are searched and sorted. They are made here and not in SQL, so
 * that SQLite and PostgreSQL find the same and agree on the case of every alphabet.
 */
final class SearchText {

  /**
   * Of longer texts only the beginning is found by its words: PostgreSQL's tsvector ends at 1 MiB.
   */
  static final int MAX_WORDS_CHARS = 65_536;

  /** Of longer words only the beginning counts; PostgreSQL leaves out words of 2 KiB. */
  static final int MAX_WORD_CHARS = 255;

  /** Of longer labels only the beginning is sorted by; PostgreSQL indexes at most 2,704 bytes. */
  static final int MAX_KEY_CHARS = 200;

  private static final Pattern DIACRITICS = Pattern.compile("\\p{InCombining_Diacritical_Marks}+");
  private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");

  private SearchText() {}

  /**
   * Compatibility-composed and lower case, so that ﬁ finds fi and Ä finds ä.
   *
   * @param text any
   */
  static String folded(String text) {
    return CONTROL
        .matcher(Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT))
        .replaceAll(" ");
  }

  /**
   * What substrings are looked for in.
   *
   * @param label or null
   * @param description or null
   * @return both, folded; null when there is nothing to find
   */
  static String searchable(String label, String description) {
    return label == null && description == null
        ? null
        : folded(Objects.toString(label, "") + "\n" + Objects.toString(description, ""));
  }

  /**
   * What a list is sorted by when it is sorted by label.
   *
   * @param label or null
   * @return its beginning, folded; null without a label
   */
  static String key(String label) {
    return label == null ? null : beginning(folded(label), MAX_KEY_CHARS);
  }

  /**
   * The words of texts: runs of letters and digits, lower case and without accents, one blank
   * between two. Scripts without blanks between words, as Chinese, count as one word a run.
   *
   * @param texts each may be null
   * @return null when there is no word
   */
  static String words(String... texts) {
    String joined = Arrays.stream(texts).filter(Objects::nonNull).collect(Collectors.joining(" "));
    String plain =
        Normalizer.normalize(beginning(joined, MAX_WORDS_CHARS), Normalizer.Form.NFKD)
            .toLowerCase(Locale.ROOT);
    plain = DIACRITICS.matcher(plain).replaceAll("").replace("ß", "ss").replace('ς', 'σ');
    StringBuilder words = new StringBuilder();
    Normalizer.normalize(plain, Normalizer.Form.NFC).codePoints().forEach(c -> append(words, c));
    String found =
        Arrays.stream(words.toString().split(" "))
            .filter(word -> !word.isEmpty())
            .map(word -> beginning(word, MAX_WORD_CHARS))
            .collect(Collectors.joining(" "));
    found = beginning(found, MAX_WORDS_CHARS).strip();
    return found.isEmpty() ? null : found;
  }

  private static void append(StringBuilder words, int c) {
    if (Character.isLetterOrDigit(c) || isMark(c)) {
      words.appendCodePoint(c);
    } else if (!words.isEmpty() && words.charAt(words.length() - 1) != ' ') {
      words.append(' ');
    }
  }

  /** Vowel signs and the like belong to the word they stand in. */
  private static boolean isMark(int c) {
    int type = Character.getType(c);
    return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
  }

  /** Never ends in half a surrogate pair. */
  private static String beginning(String text, int chars) {
    if (text.length() <= chars) {
      return text;
    }
    return text.substring(0, Character.isHighSurrogate(text.charAt(chars - 1)) ? chars - 1 : chars);
  }
}
