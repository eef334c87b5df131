package dev.minsight.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.testing.Contract;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Vectors leave the house as NumPy files. */
class NpyTest {

  /** From {@code numpy.save} (NumPy 2.4) of {@code arange(n) * 0.5 - 3} as {@code <f4}. */
  @ParameterizedTest(name = "{0} values")
  @DisplayName("Every byte equals what numpy.save writes")
  @CsvSource({
    "1, b4c2dd3de54af71779313e8aa2464bf546a42117e60f271c7fe9e3aa9adfc65d",
    "128, af82aafbf4ff0636df51d6ebfdc31d39e38aefb1fd5f283d6d81cd0b156d0988",
    "384, 71cd5716bd006bd59051295d17d3c17218a195db06543c73ce169e73e7dcb04a",
    "512, 2d5663f3ec7586b175a28a5c677058eaf80960f77ebe4503f38be0393d0635af"
  })
  @Contract("compute.md 5 npy")
  void equalsNumpy(int length, String sha256) throws Exception {
    float[] vector = new float[length];
    for (int i = 0; i < length; i++) {
      vector[i] = i * 0.5f - 3;
    }

    byte[] file = Npy.write(vector);

    assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file)))
        .isEqualTo(sha256);
  }

  @Property(tries = 50)
  @Label("What is written is read back bit for bit, odd values included")
  void roundTrip(@ForAll @Size(max = 600) float[] vector) {
    assertThat(Npy.read(Npy.write(vector))).containsExactly(vector);
  }

  @Test
  @DisplayName("What is no such file is refused, wherever it breaks off")
  void refusesOthers() {
    byte[] file = Npy.write(new float[] {1, 2, 3});
    byte[] wrongVersion = file.clone();
    wrongVersion[6] = 2;
    byte[] wrongType = file.clone();
    wrongType[22] = '8';

    assertThatThrownBy(() -> Npy.read(wrongVersion)).hasMessageContaining("format 1.0");
    assertThatThrownBy(() -> Npy.read(wrongType)).hasMessageContaining("float32");
    for (int length = 0; length < file.length; length++) {
      byte[] part = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> Npy.read(part)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
