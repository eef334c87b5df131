package dev.minsight.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.support.ApiException;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SearchTextTest {

  @Test
  @DisplayName("Words lose case and accents; everything between them is one blank")
  void words() {
    assertThat(SearchText.words("  Café–Ménage!", null, "IMG_1234.JPG"))
        .isEqualTo("cafe menage img 1234 jpg");
    assertThat(SearchText.words("Straße İzmir ﬁn ΟΔΟΣ")).isEqualTo("strasse izmir fin οδοσ");
    assertThat(SearchText.words("海辺の写真")).isEqualTo("海辺の写真");
    assertThat(SearchText.words("…", "\u0000", null)).isNull();
  }

  @Test
  @DisplayName("Long texts are cut, never in the middle of a character")
  void longTexts() {
    String astral = "\uD835\uDD52".repeat(SearchText.MAX_KEY_CHARS);

    assertThat(SearchText.key("x" + astral)).hasSize(SearchText.MAX_KEY_CHARS);
    assertThat(SearchText.words("y ".repeat(SearchText.MAX_WORDS_CHARS)).length())
        .isLessThanOrEqualTo(SearchText.MAX_WORDS_CHARS);
  }

  @Property
  @Label("Words are found again: taking the words of words changes nothing")
  void stable(@ForAll String text) {
    String words = SearchText.words(text);

    assertThat(words == null ? null : SearchText.words(words)).isEqualTo(words);
  }

  @Test
  @DisplayName("A search is taken apart into words and quoted phrases; the last word may go on")
  void phrases() {
    assertThat(SearchPhrase.parse("Été \"Am Meer\" pla"))
        .containsExactly(
            new SearchPhrase(List.of("ete"), false),
            new SearchPhrase(List.of("am", "meer"), false),
            new SearchPhrase(List.of("pla"), true));
    assertThat(SearchPhrase.parse("\"done\""))
        .containsExactly(new SearchPhrase(List.of("done"), false));
    assertThat(SearchPhrase.parse("\"still open"))
        .containsExactly(new SearchPhrase(List.of("still", "open"), true));
    assertThat(SearchPhrase.parse("IMG_12"))
        .containsExactly(new SearchPhrase(List.of("img", "12"), true));
    assertThat(SearchPhrase.parse(" * \" ( ")).isEmpty();
  }

  @Test
  @DisplayName("A search of too many words is refused")
  void tooMany() {
    assertThatThrownBy(() -> SearchPhrase.parse("a ".repeat(SearchPhrase.MAX_WORDS + 1)))
        .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.status()).isEqualTo(422));
  }
}
