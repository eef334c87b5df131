package dev.minsight.store;

import dev.minsight.support.ApiException;
import java.util.ArrayList;
import java.util.List;

/**
 * Words that must follow each other, part of what somebody typed into the search box.
 *
 * @param words as {@link SearchText#words} makes them; at least one
 * @param prefix whether the last word may go on
 */
record SearchPhrase(List<String> words, boolean prefix) {

  /** Words in one search; FTS5 and to_tsquery both take more. */
  static final int MAX_WORDS = 64;

  /**
   * Takes a search apart: what stands in double quotes is one phrase, everything else word by word.
   * The last word, unless it is quoted, may be the beginning of one. Nothing in it is an operator.
   *
   * @param text as it was typed
   * @return all must be found; empty when there is no word in it, which finds nothing
   * @throws ApiException (422) if there are more than {@value #MAX_WORDS} words
   */
  static List<SearchPhrase> parse(String text) {
    List<SearchPhrase> phrases = new ArrayList<>();
    String[] parts = text.split("\"", -1);
    for (int i = 0; i < parts.length; i++) {
      // Odd parts lie between two quotes; a quote that is never closed reaches to the end.
      if (i % 2 == 1) {
        add(phrases, parts[i], false);
      } else {
        for (String chunk : parts[i].split("\\s+")) {
          add(phrases, chunk, false);
        }
      }
    }
    if (phrases.stream().mapToInt(phrase -> phrase.words().size()).sum() > MAX_WORDS) {
      throw new ApiException(422, "q has too many words; at most " + MAX_WORDS + " are searched");
    }
    boolean open = SearchText.words(parts[parts.length - 1]) != null;
    if (open && !phrases.isEmpty()) {
      int last = phrases.size() - 1;
      phrases.set(last, new SearchPhrase(phrases.get(last).words(), true));
    }
    return phrases;
  }

  private static void add(List<SearchPhrase> phrases, String text, boolean prefix) {
    String words = SearchText.words(text);
    if (words != null) {
      phrases.add(new SearchPhrase(List.of(words.split(" ")), prefix));
    }
  }

  /** A LIKE pattern for {@code ' ' || words || ' '}. Words hold no wildcards. */
  String pattern() {
    return "% " + String.join(" ", words) + (prefix ? "%" : " %");
  }
}
