package dev.minsight.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

  @Test
  @DisplayName("A receipt is named after its file")
  void receiptName() {
    assertThat(Names.receipt("IMG 1.jpg")).isEqualTo("IMG 1.jpg.receipt.json");
  }

  @Test
  @DisplayName("The second file of a name is numbered before its ending")
  void numberedName() {
    assertThat(Names.numbered("IMG.jpg", 2)).isEqualTo("IMG (2).jpg");
    assertThat(Names.numbered("README", 3)).isEqualTo("README (3)");
    assertThat(Names.numbered(".jpg", 2)).isEqualTo(".jpg (2)");
  }

  @Test
  @DisplayName("Long names that differ only at their end get different receipts")
  void longNamesStayApart() {
    String stem = "é".repeat(120);

    assertThat(Names.receipt(stem + "1.jpg")).isNotEqualTo(Names.receipt(stem + "2.jpg"));
  }

  @Property(tries = 300)
  @Label("No name we make is longer than 255 bytes or cuts a character in two")
  void neverTooLong(
      @ForAll @StringLength(min = 1, max = 255) String name,
      @ForAll @IntRange(min = 2) int number) {
    for (String made : new String[] {Names.receipt(name), Names.numbered(name, number)}) {
      byte[] bytes = made.getBytes(StandardCharsets.UTF_8);

      assertThat(bytes.length).isLessThanOrEqualTo(Names.MAX_BYTES);
    }
    assertThat(Names.receipt(name)).endsWith(Names.RECEIPT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {".hidden.jpg", "a.jpg.part", "b.CRDOWNLOAD", "c.tmp", "d.jpg~", "~$letter.docx"})
  @DisplayName("Hidden, backup and half-downloaded files are not for us")
  void notForUs(String name) {
    assertThat(Names.notForUs(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-rf.jpg", "part", "tmp", "a b.jpg", "a.part.jpg", "\u00e9.png"})
  @DisplayName("Odd names are for us")
  void oddNamesAreForUs(String name) {
    assertThat(Names.notForUs(name)).isFalse();
  }
}
