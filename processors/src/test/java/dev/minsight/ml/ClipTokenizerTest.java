package dev.minsight.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.SkipExecutionHook;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CLIP's tokenizer gives the published tokens, and keeps its laws for any text. */
class ClipTokenizerTest {

  private static final int LENGTH = 77;
  private static final String FILE = "models/bpe_simple_vocab_16e6.txt.gz";

  /** Loaded once; null where there is no vocabulary. */
  private static ClipTokenizer shared;

  private static ClipTokenizer tokenizer() {
    if (shared == null) {
      try {
        shared = ClipTokenizer.load(SharedFiles.find(FILE));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
    return shared;
  }

  /** Skips laws where there is no vocabulary; an assumption would count as a case that is none. */
  static final class Vocabulary implements SkipExecutionHook {

    @Override
    public SkipResult shouldBeSkipped(LifecycleContext context) {
      Path file = Path.of(System.getProperty("minsight.shared", "../../shared"), FILE);
      return Files.exists(file)
          ? SkipResult.doNotSkip()
          : SkipResult.skip("skipped: no shared files at " + file);
    }
  }

  /** The middle of the sequence. */
  private static int[] words(String text) {
    int[] all = tokenizer().encode(text, LENGTH);
    return Arrays.copyOfRange(all, 1, all.length - 1);
  }

  // openai/CLIP README and notebooks; Hugging Face and Bumblebee test the same sentences
  @ParameterizedTest
  @DisplayName("Texts give the tokens that other implementations publish")
  @CsvSource(
      delimiter = '|',
      value = {
        "a diagram                   | 320 22697",
        "a dog                       | 320 1929",
        "a cat                       | 320 2368",
        "a photo of a cat            | 320 1125 539 320 2368",
        "An astronaut riding a horse | 550 18376 6765 320 4558",
        "hello world!                | 3306 1002 256"
      })
  void published(String text, String tokens) {
    int[] expected = Arrays.stream(tokens.split(" ")).mapToInt(Integer::parseInt).toArray();

    int[] all = tokenizer().encode(text, LENGTH);

    assertThat(all[0]).isEqualTo(49406);
    assertThat(all[all.length - 1]).isEqualTo(49407);
    assertThat(Arrays.copyOfRange(all, 1, all.length - 1)).isEqualTo(expected);
  }

  @Test
  @DisplayName("Case, blanks and the way an accent is written make no difference")
  void normalised() {
    assertThat(words("  A\u00a0Photo\n of\ta  CAF\u00c9 "))
        .isEqualTo(words("a photo of a cafe\u0301"));
  }

  @Test
  @DisplayName(
      "Digits stand each for itself, and what is left out of the words is a piece of its own")
  void pieces() {
    assertThat(words("2026")).hasSize(4);
    assertThat(tokenizer().decode(words("isn't it: 92"))).isEqualTo("isn 't it : 9 2");
  }

  @Test
  @DisplayName("The names of the special tokens in a text are plain text")
  void specialTokens() {
    assertThat(words("<|endoftext|> and <|startoftext|>"))
        .isNotEmpty()
        .doesNotContain(ClipTokenizer.START, ClipTokenizer.END);
  }

  @Test
  @DisplayName("A text that is too long is cut; the end token stays")
  void tooLong() {
    int[] all = tokenizer().encode("dog ".repeat(200), LENGTH);

    assertThat(all).hasSize(LENGTH);
    assertThat(all[0]).isEqualTo(ClipTokenizer.START);
    assertThat(all[LENGTH - 1]).isEqualTo(ClipTokenizer.END);
    assertThat(Arrays.copyOfRange(all, 1, LENGTH - 1)).containsOnly(1929);
  }

  @Test
  @DisplayName("No words are start and end alone")
  void nothing() {
    assertThat(tokenizer().encode(" \n ", LENGTH)).containsExactly(49406, 49407);
  }

  @AddLifecycleHook(Vocabulary.class)
  @Property(tries = 500)
  @Label("Of any text the tokens are known ones, between start and end, and no more than asked for")
  void wellFormed(
      @ForAll @StringLength(max = 300) String text, @ForAll @IntRange(min = 2, max = 77) int most) {
    int[] all = tokenizer().encode(text, most);

    assertThat(all).hasSizeBetween(2, most);
    assertThat(all[0]).isEqualTo(ClipTokenizer.START);
    assertThat(all[all.length - 1]).isEqualTo(ClipTokenizer.END);
    assertThat(IntStream.of(all).skip(1).limit(all.length - 2L))
        .allMatch(token -> token >= 0 && token < ClipTokenizer.START);
  }

  @AddLifecycleHook(Vocabulary.class)
  @Property(tries = 500)
  @Label("Of any text that fits, the tokens tell the text but for its blanks")
  void decodable(@ForAll @StringLength(max = 200) String text) {
    // What cannot be written as UTF-8 (half a surrogate pair) is a question mark there.
    String written = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    int[] all = tokenizer().encode(written, 10_000);
    Assume.that(all.length < 10_000);

    assertThat(withoutBlanks(tokenizer().decode(all)))
        .isEqualTo(withoutBlanks(ClipTokenizer.normalized(written)));
  }

  private static String withoutBlanks(String text) {
    return text.replaceAll("(?U)\\s", "");
  }

  @AddLifecycleHook(Vocabulary.class)
  @Property(tries = 200)
  @Label("A cut text begins with the same tokens as the whole")
  void prefix(
      @ForAll @StringLength(max = 100) String text, @ForAll @IntRange(min = 2, max = 40) int most) {
    int[] whole = tokenizer().encode(text, 10_000);
    int[] cut = tokenizer().encode(text, most);

    assertThat(Arrays.copyOf(cut, cut.length - 1)).isEqualTo(Arrays.copyOf(whole, cut.length - 1));
  }

  @Test
  @DisplayName("A file that is not the vocabulary is refused with the line that does not fit")
  void otherFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("merges.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("#version: 0.2\ni n\nno such pair\n".getBytes(StandardCharsets.UTF_8));
    }

    assertThatThrownBy(() -> ClipTokenizer.load(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("line 3");
  }
}
