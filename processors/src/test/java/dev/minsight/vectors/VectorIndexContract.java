package dev.minsight.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.minsight.support.RetryableException;
import dev.minsight.testing.Contract;
import dev.minsight.vectors.VectorIndex.Entry;
import dev.minsight.vectors.VectorIndex.Hit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every vector index does, wherever it keeps its vectors. */
abstract class VectorIndexContract {

  /** Not a name that a server in use has: a real one may be asked. */
  static final String NAME = "minsight_contract_test";

  static final CollectionSpec SPEC = new CollectionSpec(NAME, "model-a", 3);

  /** Many enough that a graph is used where there is one. */
  private static final int MANY = 3000;

  VectorIndex index;

  /** A new index without vectors. */
  abstract VectorIndex create() throws Exception;

  /** An index over what the one before has left. */
  abstract VectorIndex reopen() throws Exception;

  @BeforeEach
  void open() throws Exception {
    index = create();
    index.open(SPEC);
  }

  @AfterEach
  void close() {
    index.close();
  }

  @Test
  @DisplayName("The most similar vector comes first, equal ones by id, opposite ones score 0")
  @Contract("pipeline.md 6 cosine, clamped score")
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

    assertThat(ids(index.search(NAME, query, 1, 0, id -> true))).containsExactly(1L);
    assertThat(ids(index.search(NAME, query, 9, 0.5f, id -> true))).containsExactly(1L, 2L);
    assertThat(ids(index.search(NAME, query, 1, 0, id -> id != 1))).containsExactly(2L);
    assertThat(index.search(NAME, query, 0, 0, id -> true)).isEmpty();
  }

  @Test
  @DisplayName("What comes back has unit length and is a copy")
  void returnsUnitVectors() {
    index.upsert(NAME, 1, new float[] {3, 0, 4});

    index.vector(NAME, 1).orElseThrow()[0] = 99;

    assertThat(index.vector(NAME, 1).orElseThrow())
        .usingComparatorWithPrecision(1e-6f)
        .containsExactly(0.6f, 0, 0.8f);
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

    assertThat(ids(hits)).containsExactlyInAnyOrder(1L, 2L);
    assertThat(hits).allSatisfy(hit -> assertThat(hit.score()).isCloseTo(1f, within(1e-6f)));
  }

  @Test
  @DisplayName("A vector that is replaced or deleted is not found as it was, also after a restart")
  void replacesAndDeletes() throws Exception {
    index.rebuild(
        SPEC,
        Stream.of(
            new Entry(1, new float[] {1, 0, 0}),
            new Entry(2, new float[] {0, 1, 0}),
            new Entry(3, new float[] {0, 0, 1})));
    index.upsert(NAME, 1, new float[] {0, 0, 1});
    index.delete(NAME, 2);
    index.delete(NAME, 2);
    index.delete(NAME, 99);
    index.upsert(NAME, 4, new float[] {1, 0, 0});
    index.upsert(NAME, 5, new float[] {1, 0, 0.1f});
    index.delete(NAME, 5);
    index.upsert(NAME, 5, new float[] {0, 1, 0});

    for (int round = 0; round < 2; round++) {
      assertThat(index.count(NAME)).isEqualTo(4);
      assertThat(index.ids(NAME)).containsExactlyInAnyOrder(1L, 3L, 4L, 5L);
      assertThat(ids(index.search(NAME, new float[] {0, 0, 1}, 9, 0.9f, id -> true)))
          .containsExactly(1L, 3L);
      assertThat(ids(index.search(NAME, new float[] {0, 1, 0}, 9, 0.9f, id -> true)))
          .containsExactly(5L);
      assertThat(index.vector(NAME, 2)).isEmpty();
      assertThat(index.vector(NAME, 1).orElseThrow()).containsExactly(0, 0, 1);
      index.close();
      index = reopen();
      index.open(SPEC);
    }
  }

  @Test
  @DisplayName("A filter that only few ids pass still gives all of them, in order")
  void selectiveFilter() {
    Random random = new Random(11);
    List<float[]> vectors = many(random);
    float[] query = Clouds.vector(random, 3);
    List<Long> few = List.of(7L, 1501L, 2222L, 2999L);

    List<Hit> hits = index.search(NAME, query, 10, 0, few::contains);
    List<Hit> half = index.search(NAME, query, 10, 0, id -> id % 2 == 1);

    assertThat(ids(hits)).containsExactlyInAnyOrderElementsOf(few);
    assertThat(hits).isSortedAccordingTo((a, b) -> Float.compare(b.score(), a.score()));
    assertThat(ids(half)).hasSize(10).allMatch(id -> id % 2 == 1);
    assertThat(half.get(9).score()).isCloseTo(nth(vectors, query, 1, 10), within(1e-5f));
  }

  @Test
  @DisplayName("Of very many equal vectors the lowest ids come, with scores as good as exact ones")
  void manyEqual() {
    index.rebuild(
        SPEC,
        LongStream.range(0, MANY)
            .map(i -> MANY - i)
            .mapToObj(id -> new Entry(id, new float[] {id % 3 == 0 ? 1 : 0, 1, 1})));

    List<Hit> hits = index.search(NAME, new float[] {1, 1, 1}, 5, 0.9f, id -> id > 10);

    assertThat(ids(hits)).containsExactly(12L, 15L, 18L, 21L, 24L);
    assertThat(hits).allSatisfy(hit -> assertThat(hit.score()).isCloseTo(1f, within(1e-6f)));
  }

  @Test
  @DisplayName("Among many, the ten nearest are those an exact comparison finds")
  void findsNearest() {
    Random random = new Random(12);
    List<float[]> vectors = many(random);
    int found = 0;
    for (int round = 0; round < 20; round++) {
      float[] query = Clouds.vector(random, 3);
      float tenth = nth(vectors, query, 0, 10);
      found +=
          (int)
              index.search(NAME, query, 10, 0, id -> true).stream()
                  .filter(hit -> hit.score() >= tenth - 1e-6)
                  .count();
    }

    assertThat(found).isGreaterThanOrEqualTo(196); // 98 of 100
    assertThat(index.search(NAME, vectors.get(42), MANY, 0, id -> true)).hasSize(MANY);
  }

  @Test
  @DisplayName("Another model or dimension is reported, never mixed, until a rebuild replaces it")
  @Contract("pipeline.md 6 existing with other size")
  void asksForRebuildOnOtherModel() {
    index.upsert(NAME, 1, new float[] {1, 0, 0});
    CollectionSpec other = new CollectionSpec(NAME, "model-b", 2);

    index.open(other);

    assertThat(index.state(NAME).condition()).isEqualTo(CollectionState.Condition.NEEDS_REBUILD);
    assertThat(index.state(NAME).reason()).contains("model-a", "model-b");
    assertThatThrownBy(() -> index.search(NAME, new float[] {1, 0}, 1, 0, id -> true))
        .isInstanceOf(RetryableException.class)
        .hasMessageContaining("needs a rebuild");
    assertThatThrownBy(() -> index.upsert(NAME, 1, new float[] {1, 0}))
        .isInstanceOf(RetryableException.class);

    index.rebuild(other, Stream.of(new Entry(8, new float[] {0, 2})));

    assertThat(index.state(NAME).ready()).isTrue();
    assertThat(index.count(NAME)).isEqualTo(1);
    assertThat(index.ids(NAME)).containsExactly(8L);
  }

  @Test
  @DisplayName("A rebuild that fails half way leaves the old content, also after a restart")
  void failedRebuildChangesNothing() throws Exception {
    index.upsert(NAME, 1, new float[] {1, 0, 0});
    Stream<Entry> broken =
        IntStream.range(0, 2000)
            .mapToObj(
                i -> {
                  if (i == 1500) {
                    throw new IllegalStateException("the database went away");
                  }
                  return new Entry(i + 10, new float[] {0, 1, 0});
                });

    assertThatIllegalStateException().isThrownBy(() -> index.rebuild(SPEC, broken));

    assertThat(index.ids(NAME)).containsExactly(1L);
    index.close();
    index = reopen();
    index.open(SPEC);
    assertThat(index.ids(NAME)).containsExactly(1L);
  }

  @Test
  @DisplayName("Writes during a rebuild win over the stream, and the old content answers meanwhile")
  void writesDuringRebuildWin() throws Exception {
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

    index.rebuild(SPEC, stream);
    index.close();
    index = reopen();
    index.open(SPEC);

    assertThat(index.ids(NAME)).containsExactlyInAnyOrder(2L, 3L, 9L);
    assertThat(index.vector(NAME, 2).orElseThrow()).containsExactly(0, 1, 0);
    assertThat(index.vector(NAME, 3).orElseThrow()).containsExactly(0, 0, 1);
  }

  @Test
  @DisplayName("Vectors of a new model that arrive during its rebuild are not lost")
  void writesOfTheNewModelDuringRebuild() {
    CollectionSpec other = new CollectionSpec(NAME, "model-b", 2);
    index.upsert(NAME, 1, new float[] {1, 0, 0});
    index.open(other);

    index.rebuild(
        other,
        Stream.of(new Entry(1, new float[] {1, 1}))
            .peek(entry -> index.upsert(NAME, 2, new float[] {1, 0})));

    assertThat(index.ids(NAME)).containsExactlyInAnyOrder(1L, 2L);
  }

  /** Vectors by id, from 0, all in the index. */
  private List<float[]> many(Random random) {
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      vectors.add(Clouds.vector(random, 3));
    }
    index.rebuild(
        SPEC, LongStream.range(0, MANY).mapToObj(id -> new Entry(id, vectors.get((int) id))));
    return vectors;
  }

  /** The n-th best score of all vectors, or of those with odd ids, by the textbook. */
  private static float nth(List<float[]> vectors, float[] query, int odd, int n) {
    return (float)
        IntStream.range(0, vectors.size())
            .filter(id -> odd == 0 || id % 2 == 1)
            .mapToDouble(id -> -Math.max(0, Clouds.cosine(query, vectors.get(id))))
            .sorted()
            .skip(n - 1)
            .map(score -> -score)
            .findFirst()
            .orElseThrow();
  }

  static List<Long> ids(List<Hit> hits) {
    return hits.stream().map(Hit::id).toList();
  }
}
