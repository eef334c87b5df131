package dev.minsight.support;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.Contract;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginalNameTest {

  @ParameterizedTest(name = "{0} becomes {1}")
  @DisplayName("A name keeps what is harmless of it")
  @CsvSource({
    "IMG_0001.JPG, IMG_0001.JPG",
    "../../etc/passwd, passwd",
    "C:\\Users\\me\\cat.png, cat.png",
    "'  spaces .jpg ', spaces .jpg",
    "Müller & Söhne – 家族.heic, Müller & Söhne – 家族.heic",
    ".hidden, .hidden"
  })
  @Contract("store.md 8 original filename")
  void keepsTheHarmless(String name, String kept) {
    assertThat(OriginalName.harmless(name)).isEqualTo(kept);
  }

  @ParameterizedTest(name = "\"{0}\"")
  @DisplayName("A name of which nothing harmless is left becomes none")
  @CsvSource({"''", "'/'", "'..'", "'a/..'", "' . '", "'photos/'"})
  void nothingLeft(String name) {
    assertThat(OriginalName.harmless(name)).isNull();
  }

  @Test
  @DisplayName("Control and direction-changing characters disappear, so no name looks like another")
  void noTricks() {
    assertThat(OriginalName.harmless("photo\u202Egpj.exe\u0000\r\n")).isEqualTo("photogpj.exe");
    assertThat(OriginalName.harmless("a\u0000/b\u2028c\uD800")).isEqualTo("bc");
  }

  @Test
  @DisplayName(
      "A name that is too long loses its middle, not its extension, and no half characters")
  void longNames() {
    String kept = OriginalName.harmless("😀".repeat(200) + ".jpeg");

    assertThat(kept).endsWith("😀.jpeg").startsWith("😀");
    assertThat(kept.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(252, 255);
    assertThat(OriginalName.harmless("x".repeat(300))).hasSize(255);
  }

  @Property(tries = 10_000)
  void anyNameBecomesHarmlessAndStaysSo(@ForAll("names") String name) {
    String kept = OriginalName.harmless(name);
    if (kept == null) {
      return;
    }
    assertThat(kept).isNotBlank().doesNotContain("/", "\\").isNotIn(".", "..");
    assertThat(kept.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(255);
    assertThat(new String(kept.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
        .as("no half surrogates")
        .isEqualTo(kept);
    assertThat(kept.codePoints())
        .noneMatch(Character::isISOControl)
        .noneMatch(c -> c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069);
    assertThat(OriginalName.harmless(kept)).as("applied again").isEqualTo(kept);
  }

  @Provide
  Arbitrary<String> names() {
    Arbitrary<String> odd =
        Arbitraries.of(
            "/",
            "\\",
            "..",
            ".",
            " ",
            "\u0000",
            "\r\n",
            "\u202E",
            "\u2066",
            "\u200F",
            "\uD83D",
            "😀",
            "é",
            "e\u0301",
            ".jpg",
            "家",
            "%2e%2e",
            "\"",
            ";",
            "'",
            "a".repeat(100));
    Arbitrary<String> any = Arbitraries.strings().all().ofMaxLength(40);
    return Arbitraries.oneOf(odd, any).list().ofMaxSize(12).map(parts -> String.join("", parts));
  }
}
