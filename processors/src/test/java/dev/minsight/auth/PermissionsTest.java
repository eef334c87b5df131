package dev.minsight.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.support.ApiException;
import dev.minsight.testing.Contract;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PermissionsTest {

  @Provide
  Arbitrary<List<String>> names() {
    return Arbitraries.strings()
        .withCharRange('a', 'z')
        .withChars(":_*-. \"'é漢")
        .ofMinLength(1)
        .ofMaxLength(20)
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .list()
        .uniqueElements()
        .ofMaxSize(10);
  }

  @Property
  @Label("auth.md permissions input: a JSON array comes back as it was written")
  @Contract("auth.md 4 permissions on create")
  void jsonArray(@ForAll("names") List<String> names) throws JsonProcessingException {
    assertThat(Permissions.parse(new ObjectMapper().writeValueAsString(names))).isEqualTo(names);
  }

  @Property
  @Label(
      "auth.md permissions input: names between commas, and between brackets as Dart prints them")
  @Contract("auth.md 4 permissions on create")
  void commaList(@ForAll("names") List<String> names) {
    List<String> plain =
        names.stream()
            .map(name -> name.replace("\"", "").strip())
            .filter(n -> !n.isEmpty())
            .distinct()
            .toList();
    assertThat(Permissions.parse(String.join(",", plain))).isEqualTo(plain);
    assertThat(Permissions.parse("[" + String.join(", ", plain) + "]")).isEqualTo(plain);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "[]", "[ ]", ",", " , ,", "[,]", "[\"\"]", "[\" \", \"\"]"})
  @DisplayName("auth.md permissions input: nothing but blanks is an empty list")
  @Contract("auth.md 4 permissions on create")
  void nothing(String text) {
    assertThat(Permissions.parse(text)).isEmpty();
  }

  @Test
  @DisplayName("auth.md permissions input: items are trimmed, repeated ones kept once, in order")
  @Contract("auth.md 4 permissions on create")
  void trimmed() {
    assertThat(Permissions.parse(" b , a,b ,, a ")).containsExactly("b", "a");
    assertThat(Permissions.parse("[\" b\", \"a\", \"b \"]")).containsExactly("b", "a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[\"a,b\"]", "a\u0000b", "a\u202Eb", "[\"line\\nbreak\"]"})
  @DisplayName("A name that could not be stored or seen is refused")
  void illegible(String text) {
    assertThatThrownBy(() -> Permissions.parse(text))
        .isInstanceOfSatisfying(
            ApiException.class, refused -> assertThat(refused.status()).isEqualTo(422));
  }

  @Test
  @DisplayName("A hundred names of 255 characters are taken, one more or one longer is refused")
  void limits() {
    String most = IntStream.range(0, 100).mapToObj(i -> "p" + i).collect(Collectors.joining(","));

    assertThat(Permissions.parse(most)).hasSize(100);
    assertThat(Permissions.parse("x".repeat(255))).hasSize(1);
    assertThatThrownBy(() -> Permissions.parse(most + ",p100")).hasMessageContaining("101");
    assertThatThrownBy(() -> Permissions.parse("x".repeat(256))).hasMessageContaining("255");
  }
}
