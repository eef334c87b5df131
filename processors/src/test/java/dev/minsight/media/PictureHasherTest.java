package dev.minsight.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.support.UnprocessableMediaException;
import dev.minsight.testing.Contract;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pictures are hashed as Pillow and imagehash hash them. */
class PictureHasherTest {

  /** Pictures of formats whose decoders differ from Pillow's in the last bits. */
  private static final List<String> OTHER_DECODERS = List.of(".heic", ".avif", ".jp2");

  private final PictureHasher hasher = new PictureHasher(Fixtures.DECODER);

  @TempDir Path folder;

  /** A line of the table that Pillow and imagehash made. */
  record Vector(
      String file, String mode, String sha512, String average, String difference, String low) {

    @Override
    public String toString() {
      return file + " (" + mode + ")";
    }
  }

  static Stream<Vector> vectors() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                PictureHasherTest.class.getResourceAsStream("/pillow-vectors.csv"),
                StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(","))
          .map(cell -> new Vector(cell[0], cell[1], cell[2], cell[3], cell[4], cell[5]))
          .toList()
          .stream();
    }
  }

  private static Path find(String file) throws IOException {
    return file.startsWith("media/")
        ? Fixtures.shared(file.substring("media/".length()))
        : Path.of("src/test/resources", file);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("vectors")
  @DisplayName(
      "compute.md 5.6 sha512_image: pixels in the picture's own mode, and ours.md ahash, dhash,"
          + " phash: equal to Pillow's and imagehash's")
  @Contract("compute.md 5.6 sha512_image")
  void equalsPython(Vector expected) throws IOException {
    Path file = find(expected.file());

    PictureHasher.Hashes found = hasher.of(file, MediaSniffer.sniff(file));

    if (OTHER_DECODERS.stream().anyMatch(expected.file()::endsWith)) {
      assertThat(bitsApart(found.averageHash(), expected.average())).isLessThanOrEqualTo(2);
      assertThat(bitsApart(found.differenceHash(), expected.difference())).isLessThanOrEqualTo(2);
      assertThat(bitsApart(found.perceptualHash(), expected.low())).isLessThanOrEqualTo(2);
      return;
    }
    assertThat(found.averageHash()).as("ahash").isEqualTo(expected.average());
    assertThat(found.differenceHash()).as("dhash").isEqualTo(expected.difference());
    assertThat(found.perceptualHash()).as("phash").isEqualTo(expected.low());
    assertThat(found.sha512()).as("sha512").hasSize(128).startsWith(expected.sha512());
  }

  private static int bitsApart(String one, String other) {
    return Long.bitCount(Long.parseUnsignedLong(one, 16) ^ Long.parseUnsignedLong(other, 16));
  }

  @Test
  @DisplayName("EXIF orientation does not change the hash: stored pixels count")
  @Contract("compute.md 5 orientation")
  void ignoresOrientation() {
    byte[] jpeg = Fixtures.jpeg(64, 32);
    Path plain = Fixtures.write(folder, "a.jpg", jpeg);
    Path turned = Fixtures.write(folder, "b.jpg", Fixtures.withOrientation(jpeg, 6));

    assertThat(hasher.of(turned, MediaSniffer.sniff(turned)))
        .isEqualTo(hasher.of(plain, MediaSniffer.sniff(plain)));
  }

  @Test
  @DisplayName("A picture larger than the limits is refused before it is decoded")
  void refusesBombs() {
    Path bomb = Fixtures.write(folder, "bomb.png", Fixtures.png(30_000, 30_000));

    assertThatThrownBy(() -> hasher.of(bomb, MediaSniffer.sniff(bomb)))
        .isInstanceOf(UnprocessableMediaException.class)
        .hasMessageContaining("max-pixels");
  }
}
