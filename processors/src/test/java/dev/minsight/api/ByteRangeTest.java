package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {

  @ParameterizedTest(name = "{0} of 100 bytes is {1} to {2}")
  @DisplayName("A single range is cut to the file")
  @CsvSource({
    "bytes=0-9, 0, 9",
    "bytes=90-, 90, 99",
    "bytes=-10, 90, 99",
    "bytes=-1000, 0, 99",
    "bytes=50-1000, 50, 99",
    "bytes=0-99999999999999999999999, 0, 99",
    "' bytes = 5 - 5 ', 5, 5"
  })
  void single(String header, long first, long last) {
    assertThat(ByteRange.parse(header, 100)).isEqualTo(new ByteRange(first, last));
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("A range beyond the file is empty")
  @ValueSource(strings = {"bytes=100-", "bytes=200-300", "bytes=-0", "bytes=99999999999999999999-"})
  void unsatisfiable(String header) {
    assertThat(ByteRange.parse(header, 100).isEmpty()).isTrue();
  }

  @ParameterizedTest(name = "<{0}>")
  @DisplayName("What is no single range of bytes is ignored")
  @NullSource
  @ValueSource(
      strings = {"", "bytes=", "bytes=-", "bytes=9-5", "bytes=a-b", "items=0-5", "bytes=0-1,5-6"})
  void ignored(String header) {
    assertThat(ByteRange.parse(header, 100)).isNull();
  }

  @Property
  void everyRangeLiesInsideTheFile(
      @ForAll @LongRange(min = 0) long from,
      @ForAll @LongRange(min = 0) long to,
      @ForAll @LongRange(min = 1, max = 1L << 40) long size) {
    ByteRange range = ByteRange.parse("bytes=" + from + "-" + to, size);
    if (range != null && !range.isEmpty()) {
      assertThat(range.first()).isBetween(0L, size - 1);
      assertThat(range.last()).isBetween(range.first(), size - 1);
    }
  }
}
