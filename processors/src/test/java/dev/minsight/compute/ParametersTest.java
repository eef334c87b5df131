package dev.minsight.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ParametersTest {

  record Point(int x, Integer y) {}

  record Shape(
      @JsonProperty(defaultValue = "[{\"x\":1}]") List<Point> cornerPoints,
      Point centre,
      String label) {}

  private static Shape read(Map<String, ?> values) {
    return Parameters.of(Shape.class).read(values);
  }

  @Test
  @DisplayName("Lists of records are read from JSON, from its text, and from a default")
  void lists() {
    assertThat(read(Map.of()).cornerPoints()).containsExactly(new Point(1, null));
    assertThat(read(Map.of("corner_points", "[{\"x\":2,\"y\":3}]")).cornerPoints())
        .containsExactly(new Point(2, 3));
    assertThat(read(Map.of("corner_points", List.of(Map.of("x", 4)))).cornerPoints())
        .containsExactly(new Point(4, null));
    assertThat(read(Map.of("centre", "{\"x\":5}")).centre()).isEqualTo(new Point(5, null));
  }

  @Test
  @DisplayName("A text stays one, though it looks like JSON")
  void text() {
    assertThat(read(Map.of("label", "[1]")).label()).isEqualTo("[1]");
  }

  @Test
  @DisplayName("What is no JSON is refused with the parameter's name")
  void broken() {
    assertThatThrownBy(() -> read(Map.of("corner_points", "[{")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("corner_points is not JSON: ");
    assertThatThrownBy(() -> read(Map.of("corner_points", "{\"x\":1}")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
