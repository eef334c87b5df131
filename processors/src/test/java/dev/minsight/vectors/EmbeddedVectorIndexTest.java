package dev.minsight.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.support.ConfigurationException;
import dev.minsight.vectors.VectorIndex.Entry;
import dev.minsight.vectors.VectorIndex.Hit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedVectorIndexTest {

  private static final CollectionSpec FACES = new CollectionSpec(CollectionSpec.FACES, "face-a", 3);
  private static final String NAME = CollectionSpec.FACES;

  @TempDir Path folder;
  private EmbeddedVectorIndex index;

  @BeforeEach
  void openIndex() {
    index = new EmbeddedVectorIndex(folder);
    index.open(FACES);
  }

  @AfterEach
  void closeIndex() {
    index.close();
  }

  @Test
  @DisplayName("Opening the old model again finds the old vectors as they were")
  void keepsFileOfOtherModel() {
    index.upsert(NAME, 1, new float[] {1, 0, 0});

    index.open(new CollectionSpec(NAME, "face-b", 3));
    index.open(FACES);

    assertThat(index.state(NAME).ready()).isTrue();
    assertThat(index.ids(NAME)).containsExactly(1L);
  }

  @Test
  @DisplayName("A rebuild that fails half way leaves the old content, in memory and on disk")
  void failedRebuildChangesNothing() {
    index.upsert(NAME, 1, new float[] {1, 0, 0});
    Stream<Entry> broken =
        Stream.of(1, 2)
            .map(
                i -> {
                  if (i == 2) {
                    throw new IllegalStateException("the database went away");
                  }
                  return new Entry(i + 10, new float[] {0, 1, 0});
                });

    assertThatIllegalStateException().isThrownBy(() -> index.rebuild(FACES, broken));

    assertThat(index.ids(NAME)).containsExactly(1L);
    reopen();
    assertThat(index.ids(NAME)).containsExactly(1L);
    assertThat(folder).isDirectoryNotContaining(file -> file.toString().endsWith(".tmp"));
  }

  @Test
  @DisplayName("A second index on the same folder is refused with a message that says what to do")
  void refusesSecondOwner() {
    assertThatThrownBy(() -> new EmbeddedVectorIndex(folder))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("in use by another mInsight");
  }

  @Test
  @DisplayName("Replacing the same vectors over and over does not let the file grow without end")
  void compacts() throws Exception {
    Random random = new Random(1);
    for (int round = 0; round < 200; round++) {
      for (long id = 0; id < 50; id++) {
        index.upsert(NAME, id, Clouds.vector(random, 3));
      }
    }
    index.upsert(NAME, 7, new float[] {0, 1, 0});
    long recordBytes = 29;

    assertThat(Files.size(folder.resolve(NAME + ".vec"))).isLessThan(2000 * recordBytes);
    reopen();
    assertThat(index.count(NAME)).isEqualTo(50);
    assertThat(index.vector(NAME, 7).orElseThrow()).containsExactly(0, 1, 0);
  }

  @Test
  @DisplayName("An interrupted writer does not take the file away from the others")
  void survivesInterrupts() {
    Thread.currentThread().interrupt();
    index.upsert(NAME, 1, new float[] {1, 0, 0});
    index.flush();
    assertThat(Thread.interrupted()).isTrue();

    index.upsert(NAME, 2, new float[] {1, 0, 0});

    reopen();
    assertThat(index.count(NAME)).isEqualTo(2);
  }

  @Test
  @DisplayName("Searches beside a writer always see each id once, with its newest or former vector")
  void searchesBesideWriter() throws Exception {
    int vectors = 300;
    for (long id = 0; id < vectors; id++) {
      index.upsert(NAME, id, new float[] {1, 0, 0});
    }
    CountDownLatch done = new CountDownLatch(1);
    ExecutorService readers = Executors.newFixedThreadPool(2);
    try {
      List<Future<Integer>> searches =
          Stream.generate(() -> readers.submit(() -> searchUntil(done, vectors))).limit(2).toList();
      // Every id is replaced many times over; compactions happen on the way.
      for (int round = 1; round <= 60; round++) {
        for (long id = 0; id < vectors; id++) {
          index.upsert(NAME, id, new float[] {round, 1, 0});
        }
      }
      done.countDown();
      for (Future<Integer> search : searches) {
        assertThat(search.get(30, TimeUnit.SECONDS)).isPositive();
      }
    } finally {
      done.countDown();
      readers.shutdownNow();
    }
  }

  private int searchUntil(CountDownLatch done, int vectors) {
    int searches = 0;
    do {
      List<Hit> hits =
          index.search(NAME, new float[] {1, 0, 0}, Integer.MAX_VALUE, 0.1f, id -> true);
      assertThat(hits).hasSize(vectors);
      assertThat(hits).extracting(Hit::id).doesNotHaveDuplicates();
      searches++;
    } while (done.getCount() > 0);
    return searches;
  }

  private void reopen() {
    index.close();
    openIndex();
  }
}
