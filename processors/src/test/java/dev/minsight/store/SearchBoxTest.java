package dev.minsight.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SearchBoxTest {

  private final Shelf shelf = new Shelf();

  private List<Long> found(String q) {
    return shelf.ids(shelf.all().with(EntityTerm.Q, q));
  }

  @Test
  @DisplayName(
      "q finds words of label, description and file name, in any case, with or without accents")
  void finds() {
    long label = shelf.collection("Café Ménage", "x", shelf.id);
    long description = shelf.collection("x", "Sommer in ÄGYPTEN", shelf.id);
    long file = shelf.file(10, "IMG_2041 Strand.jpg", shelf.id);

    assertThat(found("cafe")).containsExactly(label);
    assertThat(found("CAFÉ")).containsExactly(label);
    assertThat(found("ägypten")).containsExactly(description);
    assertThat(found("agypten sommer")).containsExactly(description);
    assertThat(found("strand")).containsExactly(file);
    assertThat(found("img_2041")).containsExactly(file);
    assertThat(found("2041 jpg")).containsExactly(file);
  }

  @Test
  @DisplayName(
      "All words must be there; the last may be a beginning; quoted words follow each other")
  void wordsAndPhrases() {
    long one = shelf.collection("red boat in the harbour");
    long other = shelf.collection("boat, red: harbour");

    assertThat(found("boat red")).containsExactly(other, one);
    assertThat(found("boat harb")).containsExactly(other, one);
    assertThat(found("boa harbour")).isEmpty();
    assertThat(found("\"red boat\"")).containsExactly(one);
    assertThat(found("\"boat red\"")).containsExactly(other);
    assertThat(found("\"harb\"")).isEmpty();
    assertThat(found("\"the harb")).containsExactly(one);
  }

  @Test
  @DisplayName("What is renamed is found by its new name only, what is deleted for good not at all")
  void followsWrites() {
    long renamed = shelf.collection("before");
    long removed = shelf.collection("before too");

    shelf.set(renamed, "label", "afterwards");
    shelf.remove(removed);

    assertThat(found("before")).isEmpty();
    assertThat(found("afterwards")).containsExactly(renamed);
    assertThat(shelf.ids(shelf.all().with(EntityTerm.SEARCH_QUERY, "efor"))).isEmpty();
    assertThat(shelf.ids(shelf.all().with(EntityTerm.SEARCH_QUERY, "TERW")))
        .containsExactly(renamed);
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("Operators, quotes and SQL in a search are text")
  @ValueSource(
      strings = {
        "a OR b",
        "a NOT b",
        "NEAR(a b)",
        "words:a",
        "^a",
        "a*",
        "-a +b",
        "a & !b | c",
        "a:* <-> b",
        "\"",
        "\"\"\"a",
        "'; DROP TABLE entities; --",
        "%",
        "\\",
        "()",
        "{a b} : c",
        "1e5 0x1f -1",
        "a\u0001b"
      })
  void inert(String q) {
    shelf.collection("nothing of the kind");

    assertThat(found(q)).isEmpty();
    assertThat(shelf.ids(shelf.all().with(EntityTerm.SEARCH_QUERY, q))).isEmpty();
  }

  @Test
  @DisplayName("A text of any length is stored, and found by the words at its beginning")
  void longText() {
    String far = "lorem ipsum ".repeat(20_000);
    long id = shelf.collection("long " + "x".repeat(10_000), "start " + far + " end", shelf.id);

    assertThat(found("start lorem")).containsExactly(id);
    assertThat(found("x".repeat(100))).containsExactly(id);
  }

  @Test
  @DisplayName("Both searches and other conditions are combined with AND")
  void combined() {
    long match = shelf.collection("winter holiday");
    shelf.collection("winter work");
    EntityFilter winter = shelf.all().with(EntityTerm.Q, "winter");

    assertThat(shelf.ids(winter.with(EntityTerm.SEARCH_QUERY, "OLIDA"))).containsExactly(match);
    assertThat(shelf.page(winter.with(EntityTerm.IS_COLLECTION, true)).total()).isEqualTo(2);
    assertThat(shelf.ids(winter.with(EntityTerm.IS_COLLECTION, false))).isEmpty();
  }
}
