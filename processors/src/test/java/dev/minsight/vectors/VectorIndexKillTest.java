package dev.minsight.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.minsight.support.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The index of a process that is killed while it writes. */
class VectorIndexKillTest {

  private static final CollectionSpec SPEC = new CollectionSpec("kill", "model-a", 64);

  @TempDir Path folder;

  @ParameterizedTest(name = "after {1} writes with {0} numbers in memory at most")
  @CsvSource({"25000000, 3000", "64000, 7000"})
  @DisplayName(
      "A killed process loses nothing it was told is written, and its folder is free again")
  void killedWriter(long limit, int writes) throws Exception {
    Path output = folder.resolve("told.txt");
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                folder.toString(),
                Long.toString(limit))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .redirectOutput(output.toFile())
            .start();
    try {
      await().atMost(Duration.ofSeconds(60)).until(() -> told() >= writes);
      assertThatThrownBy(() -> new EmbeddedVectorIndex(folder))
          .isInstanceOf(ConfigurationException.class);
    } finally {
      writer.destroyForcibly();
      assertThat(writer.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
    long told = told();

    try (EmbeddedVectorIndex index = new EmbeddedVectorIndex(folder, limit)) {
      index.open(SPEC);

      assertThat(index.state("kill").ready()).isTrue();
      assertThat(index.count("kill")).isGreaterThan(told);
      assertThat(index.vector("kill", told)).isPresent();
    }
  }

  /** Returns the last id of which the writer was told that it is written. */
  private long told() throws IOException {
    String output = Files.readString(folder.resolve("told.txt"));
    String wholeLines = output.substring(0, output.lastIndexOf('\n') + 1);
    return wholeLines.lines().mapToLong(Long::parseLong).max().orElse(-1);
  }

  /** Writes vectors 0, 1, 2… for ever and prints each id once its upsert has returned. */
  static final class Writer {

    private Writer() {}

    public static void main(String[] args) {
      Random random = new Random(5);
      try (EmbeddedVectorIndex index =
          new EmbeddedVectorIndex(Path.of(args[0]), Long.parseLong(args[1]))) {
        index.open(SPEC);
        for (long id = 0; id < Long.MAX_VALUE; id++) {
          index.upsert("kill", id, Clouds.vector(random, 64));
          System.out.println(id);
        }
      }
    }
  }
}
