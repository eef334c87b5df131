package dev.minsight.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.minsight.support.ConfigurationException;
import dev.minsight.support.RetryableException;
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
import java.util.stream.LongStream;
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
  @DisplayName("The most similar vector comes first, equal ones by id, opposite ones score 0")
  void ordersHits() {
    index.upsert(NAME, 5, new float[] {1, 0, 0});
    index.upsert(NAME, 3, new float[] {7, 0, 0});
    index.upsert(NAME, 4, new float[] {1, 1, 0});
    index.upsert(NAME, 1, new float[] {-1, 0, 0});

    List<Hit> hits = index.search(NAME, new float[] {2, 0, 0}, 10, 0, id -> true);

    assertThat(hits).extracting(Hit::id).containsExactly(3L, 5L, 4L, 1L);
    assertThat(hits.get(0).score()).isEqualTo(1f);
    assertThat(hits.get(2).score()).isCloseTo((float) Math.sqrt(0.5), within(1e-6f));
    assertThat(hits.get(3).score()).isZero();
  }

  @Test
  @DisplayName("Limit, least score and filter each narrow a search")
  void narrowsSearch() {
    index.upsert(NAME, 1, new float[] {1, 0, 0});
    index.upsert(NAME, 2, new float[] {1, 0.1f, 0});
    index.upsert(NAME, 3, new float[] {0, 1, 0});
    float[] query = {1, 0, 0};

    assertThat(index.search(NAME, query, 1, 0, id -> true)).extracting(Hit::id).containsExactly(1L);
    assertThat(index.search(NAME, query, 9, 0.5f, id -> true))
        .extracting(Hit::id)
        .containsExactly(1L, 2L);
    assertThat(index.search(NAME, query, 1, 0, id -> id != 1))
        .extracting(Hit::id)
        .containsExactly(2L);
    assertThat(index.search(NAME, query, 0, 0, id -> true)).isEmpty();
  }

  @Test
  @DisplayName("What comes back has unit length and is a copy")
  void returnsUnitVectors() {
    index.upsert(NAME, 1, new float[] {3, 0, 4});

    index.vector(NAME, 1).orElseThrow()[0] = 99;

    assertThat(index.vector(NAME, 1).orElseThrow()).containsExactly(0.6f, 0, 0.8f);
    assertThat(index.vector(NAME, 2)).isEmpty();
  }

  @Test
  @DisplayName("A vector that cannot be compared is refused, and the message says what is wrong")
  void refusesBadVectors() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> index.upsert(NAME, 1, new float[4]))
        .withMessageContaining("4 numbers")
        .withMessageContaining(NAME);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> index.upsert(NAME, 1, new float[] {0, Float.NaN, 0}))
        .withMessageContaining("number 1")
        .withMessageContaining("NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> index.search(NAME, new float[3], 1, 0, id -> true))
        .withMessageContaining("zeros");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> index.search(NAME, new float[] {1, 0, 0}, 1, Float.NaN, id -> true));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> index.count("dogs"))
        .withMessageContaining("dogs was not opened");
    assertThat(index.count(NAME)).isZero();
  }

  @Test
  @DisplayName("Numbers so large or small that their squares leave the float range still compare")
  void comparesExtremes() {
    index.upsert(NAME, 1, new float[] {Float.MAX_VALUE, Float.MAX_VALUE, 0});
    index.upsert(NAME, 2, new float[] {Float.MIN_VALUE, Float.MIN_VALUE, 0});

    List<Hit> hits = index.search(NAME, new float[] {1, 1, 0}, 2, 0, id -> true);

    assertThat(hits).extracting(Hit::id).containsExactlyInAnyOrder(1L, 2L);
    assertThat(hits).allSatisfy(hit -> assertThat(hit.score()).isCloseTo(1f, within(1e-6f)));
  }

  @Test
  @DisplayName("Another model or dimension is reported, never mixed, until a rebuild replaces it")
  void asksForRebuildOnOtherModel() {
    index.upsert(NAME, 1, new float[] {1, 0, 0});
    CollectionSpec other = new CollectionSpec(NAME, "face-b", 2);

    index.open(other);

    assertThat(index.state(NAME).ready()).isFalse();
    assertThat(index.state(NAME).reason()).contains("face-a", "face-b");
    assertThatThrownBy(() -> index.search(NAME, new float[] {1, 0}, 1, 0, id -> true))
        .isInstanceOf(RetryableException.class)
        .hasMessageContaining("needs a rebuild");
    assertThatThrownBy(() -> index.upsert(NAME, 1, new float[] {1, 0}))
        .isInstanceOf(RetryableException.class);

    index.rebuild(other, Stream.of(new Entry(8, new float[] {0, 2})));

    assertThat(index.state(NAME)).isEqualTo(CollectionState.ready(other, 1, "exact"));
    assertThat(index.ids(NAME)).containsExactly(8L);
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
  @DisplayName("Writes during a rebuild win over the stream, and the old content answers meanwhile")
  void writesDuringRebuildWin() {
    index.upsert(NAME, 1, new float[] {1, 0, 0});
    Stream<Entry> stream =
        LongStream.rangeClosed(1, 3)
            .mapToObj(id -> new Entry(id, new float[] {0, 0, 1}))
            .peek(
                entry -> {
                  if (entry.id() == 3) {
                    index.upsert(NAME, 2, new float[] {0, 1, 0});
                    index.delete(NAME, 1);
                    index.upsert(NAME, 9, new float[] {0, 1, 0});
                    assertThat(index.ids(NAME)).containsExactlyInAnyOrder(2L, 9L);
                  }
                });

    index.rebuild(FACES, stream);
    reopen();

    assertThat(index.ids(NAME)).containsExactlyInAnyOrder(2L, 3L, 9L);
    assertThat(index.vector(NAME, 2).orElseThrow()).containsExactly(0, 1, 0);
    assertThat(index.vector(NAME, 3).orElseThrow()).containsExactly(0, 0, 1);
  }

  @Test
  @DisplayName("Vectors of a new model that arrive during its rebuild are not lost")
  void writesOfTheNewModelDuringRebuild() {
    CollectionSpec other = new CollectionSpec(NAME, "face-b", 2);
    index.upsert(NAME, 1, new float[] {1, 0, 0});
    index.open(other);

    index.rebuild(
        other,
        Stream.of(new Entry(1, new float[] {1, 1}))
            .peek(entry -> index.upsert(NAME, 2, new float[] {1, 0})));

    assertThat(index.ids(NAME)).containsExactlyInAnyOrder(1L, 2L);
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
