package dev.minsight.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.minsight.support.RetryableException;
import dev.minsight.vectors.VectorIndex.Entry;
import dev.minsight.vectors.VectorIndex.Hit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.util.FileSystemUtils;

/** A collection that outgrows memory. */
class HnswMoveTest {

  private static final String NAME = "grows";
  private static final CollectionSpec SPEC = new CollectionSpec(NAME, "model-a", 8);
  private static final long LIMIT = 1000;
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path folder;
  private EmbeddedVectorIndex index;

  @BeforeEach
  void openIndex() {
    index = new EmbeddedVectorIndex(folder, LIMIT);
    index.open(SPEC);
  }

  @AfterEach
  void closeIndex() {
    index.close();
  }

  private void reopen() {
    index.close();
    openIndex();
  }

  @Test
  @DisplayName("It moves to a graph on disk by itself, while searches answer and writes are kept")
  void movesWhileServing() throws Exception {
    int vectors = 10_000; // two batches after the move
    CountDownLatch done = new CountDownLatch(1);
    ExecutorService readers = Executors.newFixedThreadPool(2);
    try {
      index.upsert(NAME, 0, vector(0));
      List<Future<Integer>> searches =
          Stream.generate(() -> readers.submit(() -> searchUntil(done))).limit(2).toList();
      for (long id = 1; id < vectors; id++) {
        index.upsert(NAME, id, vector(id));
        if (id % 5 == 0) {
          index.delete(NAME, id - 1);
        }
      }
      await().atMost(LONG).until(() -> index.state(NAME).method().equals("hnsw"));
      done.countDown();
      for (Future<Integer> search : searches) {
        assertThat(search.get(60, TimeUnit.SECONDS)).isPositive();
      }
    } finally {
      done.countDown();
      readers.shutdownNow();
    }

    for (int round = 0; round < 2; round++) {
      assertThat(index.count(NAME)).isEqualTo(8001);
      assertThat(index.ids(NAME)).hasSize(8001).doesNotHaveDuplicates();
      assertThat(index.vector(NAME, 4)).isEmpty();
      assertThat(nearest(9999)).isEqualTo(9999);
      assertThat(nearest(1)).isEqualTo(1);
      assertThat(nearest(5003)).isEqualTo(5003);
      reopen();
    }
  }

  /** Vector 0 was there before and is never deleted: it must always be found. */
  private int searchUntil(CountDownLatch done) {
    int searches = 0;
    do {
      assertThat(nearest(0)).isZero();
      searches++;
    } while (done.getCount() > 0);
    return searches;
  }

  private long nearest(long id) {
    return index.search(NAME, vector(id), 1, 0.5f, other -> true).get(0).id();
  }

  private static float[] vector(long id) {
    return Clouds.vector(new Random(id * 7919 + 3), 8);
  }

  /** What can happen to the files of a server that is stopped. */
  enum Damage {
    INDEX_DELETED,
    INDEX_EMPTIED,
    INDEX_FILE_CUT,
    INDEX_BYTE_CHANGED,
    LOG_DELETED,
    LOG_OF_ANOTHER_TIME;

    void inflict(Path folder) throws IOException {
      Path hnsw = files(folder, ".hnsw").get(0);
      Path log = folder.resolve(NAME + ".vec");
      switch (this) {
        case INDEX_DELETED -> FileSystemUtils.deleteRecursively(hnsw);
        case INDEX_EMPTIED -> {
          FileSystemUtils.deleteRecursively(hnsw);
          Files.createDirectory(hnsw);
        }
        case INDEX_FILE_CUT -> change(hnsw, bytes -> Arrays.copyOf(bytes, 100));
        case INDEX_BYTE_CHANGED ->
            change(
                hnsw,
                bytes -> {
                  bytes[bytes.length / 2] ^= 1;
                  return bytes;
                });
        case LOG_DELETED -> Files.delete(log);
        default -> Files.copy(folder.resolve("old"), log, StandardCopyOption.REPLACE_EXISTING);
      }
    }

    private static void change(Path hnsw, UnaryOperator<byte[]> change) throws IOException {
      Path vectors = files(hnsw, ".vec").get(0);
      Files.write(vectors, change.apply(Files.readAllBytes(vectors)));
    }

    /** The largest first. */
    private static List<Path> files(Path folder, String suffix) throws IOException {
      try (Stream<Path> all = Files.list(folder)) {
        return all.filter(file -> file.toString().endsWith(suffix))
            .sorted(Comparator.comparing((Path file) -> file.toFile().length()).reversed())
            .toList();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "Damage is seen at the next start and never gives a wrong answer; a rebuild cures it")
  void damage(Damage damage) throws IOException {
    index.flush();
    Files.copy(folder.resolve(NAME + ".vec"), folder.resolve("old"));
    LongStream.range(0, 500).forEach(id -> index.upsert(NAME, id, vector(id)));
    await().atMost(LONG).until(() -> index.state(NAME).method().equals("hnsw"));
    index.close();
    damage.inflict(folder);

    openIndex();

    assertThat(index.state(NAME).condition()).isEqualTo(CollectionState.Condition.NEEDS_REBUILD);
    assertThat(index.state(NAME).reason()).isNotBlank();
    assertThatThrownBy(() -> index.search(NAME, vector(1), 1, 0, id -> true))
        .isInstanceOf(RetryableException.class)
        .hasMessageContaining("needs a rebuild");
    index.rebuild(SPEC, LongStream.range(0, 500).mapToObj(id -> new Entry(id, vector(id))));
    assertThat(index.state(NAME).method()).isEqualTo("hnsw");
    assertThat(nearest(321)).isEqualTo(321);
    reopen();
    assertThat(index.count(NAME)).isEqualTo(500);
    assertThat(nearest(321)).isEqualTo(321);
  }

  @Test
  @DisplayName("A folder that is deleted under a running server is written again, or reported")
  void deletedUnderway() throws IOException {
    index.upsert(NAME, 1, vector(1));
    FileSystemUtils.deleteRecursively(folder);

    await().atMost(LONG).until(() -> Files.exists(folder.resolve(NAME + ".vec")));
    index.upsert(NAME, 2, vector(2));
    assertThat(index.count(NAME)).isEqualTo(2);
    reopen();
    assertThat(index.count(NAME)).isEqualTo(2);

    LongStream.range(0, 500).forEach(id -> index.upsert(NAME, id, vector(id)));
    await().atMost(LONG).until(() -> index.state(NAME).method().equals("hnsw"));
    FileSystemUtils.deleteRecursively(folder);
    await()
        .atMost(LONG)
        .until(() -> !index.state(NAME).ready() && index.state(NAME).reason().contains("deleted"));
    index.rebuild(SPEC, Stream.of(new Entry(3, vector(3))));
    assertThat(index.ids(NAME)).containsExactly(3L);
  }

  @Test
  @DisplayName("A rebuild leaves no files of the generation before, and takes large collections")
  void rebuildsAgain() throws IOException {
    for (int round = 1; round <= 3; round++) {
      int vectors = round == 2 ? 5 : 2000;
      index.rebuild(SPEC, LongStream.range(0, vectors).mapToObj(id -> new Entry(id, vector(id))));
      assertThat(index.count(NAME)).isEqualTo(vectors);
      assertThat(index.state(NAME).method()).isEqualTo(round == 2 ? "exact" : "hnsw");
      index.upsert(NAME, 4, vector(4));
      index.upsert(NAME, 100_000, vector(100_000));
      reopen();
      assertThat(index.count(NAME)).isEqualTo(vectors + 1);
      assertThat(Damage.files(folder, ".hnsw")).hasSize(round == 2 ? 0 : 1);
    }
  }

  @Test
  @DisplayName("Scores of a graph are those of an exact comparison, to the last bit")
  void sameScores(@TempDir Path other) {
    try (EmbeddedVectorIndex exact = new EmbeddedVectorIndex(other)) {
      exact.open(SPEC);
      exact.rebuild(SPEC, LongStream.range(0, 3000).mapToObj(id -> new Entry(id, vector(id))));
      index.rebuild(SPEC, LongStream.range(0, 3000).mapToObj(id -> new Entry(id, vector(id))));
      int same = 0;
      for (long query = 5000; query < 5020; query++) {
        List<Hit> expected = exact.search(NAME, vector(query), 10, 0, id -> true);
        List<Hit> found = index.search(NAME, vector(query), 10, 0, id -> true);
        same += (int) found.stream().filter(expected::contains).count();
      }
      assertThat(same).isGreaterThanOrEqualTo(196);
    }
  }
}
