package dev.minsight.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.minsight.testing.Contract;
import dev.minsight.vectors.VectorIndex.Entry;
import dev.minsight.vectors.VectorIndex.Hit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class EmbeddedVectorIndexLawsTest {

  private static final CollectionSpec SPEC = new CollectionSpec("laws", "model-a", 4);
  private static final float[] SOMEWHERE = {1, 2, -1, 0.5f};

  /** One step of a model-based test. The small id range makes replacements and deletes hit. */
  record Step(Kind kind, long id, float[] vector) {}

  enum Kind {
    UPSERT,
    DELETE,
    REOPEN,
    REBUILD
  }

  @Provide
  Arbitrary<Step> steps() {
    Arbitrary<Kind> kinds =
        Arbitraries.frequency(
            Tuple.of(10, Kind.UPSERT),
            Tuple.of(4, Kind.DELETE),
            Tuple.of(1, Kind.REOPEN),
            Tuple.of(1, Kind.REBUILD));
    Arbitrary<float[]> vectors =
        Arbitraries.floats()
            .between(-10, 10)
            .array(float[].class)
            .ofSize(4)
            .filter(vector -> Clouds.cosine(vector, vector) > 0.5);
    return Combinators.combine(kinds, Arbitraries.longs().between(-2, 7), vectors).as(Step::new);
  }

  @Property(tries = 40)
  @Label("A search finds what comparing every vector with the textbook formula finds")
  void searchEqualsBruteForce(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 70) int dimension,
      @ForAll @IntRange(max = 1500) int size,
      @ForAll @IntRange(min = 1, max = 40) int limit,
      @ForAll @FloatRange(max = 1) float minScore) {
    Random random = new Random(seed);
    assertFinds(random, () -> Clouds.vector(random, dimension), size, limit, minScore);
  }

  @Property(tries = 20)
  @Label("Nor does a search miss anything where vectors are long and lie in heaps")
  void longVectors(
      @ForAll long seed,
      @ForAll @IntRange(min = 120, max = 600) int dimension,
      @ForAll @IntRange(max = 1500) int size,
      @ForAll @IntRange(min = 1, max = 40) int limit,
      @ForAll @FloatRange(max = 1) float minScore) {
    Random random = new Random(seed);
    float[][] centres =
        Stream.generate(() -> Clouds.vector(random, dimension)).limit(4).toArray(float[][]::new);
    assertFinds(
        random, () -> Clouds.near(random, centres[random.nextInt(4)]), size, limit, minScore);
  }

  private static void assertFinds(
      Random random, Supplier<float[]> vectors, int size, int limit, float minScore) {
    float[] query = vectors.get();
    Path folder = Clouds.folder();
    try (EmbeddedVectorIndex index = new EmbeddedVectorIndex(folder)) {
      index.open(new CollectionSpec("laws", "model-a", query.length));
      Map<Long, float[]> all = new HashMap<>();
      for (int i = 0; i < size; i++) {
        long id = random.nextInt(2000);
        all.put(id, vectors.get());
        index.upsert("laws", id, all.get(id));
      }

      List<Hit> hits = index.search("laws", query, limit, minScore, id -> id % 3 != 0);

      // Rounding may swap neighbours and move a score across the bound, by no more than this.
      float slack = 1e-5f;
      List<Float> expected =
          all.entrySet().stream()
              .filter(entry -> entry.getKey() % 3 != 0)
              .map(entry -> (float) Math.max(0, Clouds.cosine(query, entry.getValue())))
              .sorted((a, b) -> Float.compare(b, a))
              .toList();
      long surely = expected.stream().filter(score -> score >= minScore + slack).count();
      long possibly = expected.stream().filter(score -> score >= minScore - slack).count();
      assertThat((long) hits.size())
          .isBetween(Math.min(limit, surely), Math.min((long) limit, possibly));
      for (int i = 0; i < hits.size(); i++) {
        Hit hit = hits.get(i);
        assertThat(hit.id() % 3).isNotZero();
        assertThat(hit.score()).isBetween(minScore, 1f);
        assertThat(hit.score()).isCloseTo(expected.get(i), within(slack));
        assertThat((double) hit.score())
            .isCloseTo(Math.max(0, Clouds.cosine(query, all.get(hit.id()))), within(1e-5));
      }
      assertThat(hits)
          .isSortedAccordingTo(
              (a, b) ->
                  a.score() == b.score()
                      ? Long.compare(a.id(), b.id())
                      : Float.compare(b.score(), a.score()));
    } finally {
      Clouds.remove(folder);
    }
  }

  @Property(tries = 100)
  @Label("After any writes, rebuilds and restarts the index holds what a map would hold")
  @Contract("pipeline.md 6 created when absent")
  void behavesLikeMap(@ForAll @Size(max = 60) List<@From("steps") Step> steps) {
    Path folder = Clouds.folder();
    EmbeddedVectorIndex index = new EmbeddedVectorIndex(folder);
    try {
      index.open(SPEC);
      Map<Long, float[]> model = new HashMap<>();
      for (Step step : steps) {
        switch (step.kind()) {
          case UPSERT -> {
            index.upsert("laws", step.id(), step.vector());
            model.put(step.id(), step.vector());
          }
          case DELETE -> {
            index.delete("laws", step.id());
            model.remove(step.id());
          }
          case REOPEN -> {
            index.close();
            index = new EmbeddedVectorIndex(folder);
            index.open(SPEC);
          }
          default -> {
            model.remove(step.id());
            index.rebuild(
                SPEC, model.entrySet().stream().map(e -> new Entry(e.getKey(), e.getValue())));
          }
        }
        assertHolds(index, model);
      }
    } finally {
      index.close();
      Clouds.remove(folder);
    }
  }

  @Property(tries = 60)
  @Label("A file cut at any byte gives a state the collection once had, or asks for a rebuild")
  void cutFile(
      @ForAll @Size(min = 1, max = 25) List<@From("steps") Step> steps,
      @ForAll @IntRange(max = 100_000) int where)
      throws IOException {
    Path folder = Clouds.folder();
    try {
      List<Map<Long, float[]>> history = write(folder, steps);
      Path file = folder.resolve("laws.vec");
      byte[] bytes = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(bytes, where % bytes.length));

      OptionalLong count = OptionalLong.empty();
      try (EmbeddedVectorIndex index = new EmbeddedVectorIndex(folder)) {
        index.open(SPEC);
        CollectionState state = index.state("laws");
        if (state.ready()) {
          assertThat(history).anySatisfy(once -> assertHolds(index, once));
          index.upsert("laws", 99, SOMEWHERE);
          count = OptionalLong.of(index.count("laws"));
        } else {
          assertThat(state.reason()).contains("ends");
        }
      }
      if (count.isPresent()) {
        // What was cut off does not come back, and what was appended afterwards is there.
        try (EmbeddedVectorIndex again = new EmbeddedVectorIndex(folder)) {
          again.open(SPEC);
          assertThat(again.count("laws")).isEqualTo(count.getAsLong());
          assertThat(again.vector("laws", 99)).isPresent();
        }
      }
    } finally {
      Clouds.remove(folder);
    }
  }

  @Property(tries = 100)
  @Label("One changed byte anywhere asks for a rebuild, and the rebuild cures it")
  void changedByte(
      @ForAll @Size(min = 1, max = 25) List<@From("steps") Step> steps,
      @ForAll @IntRange(max = 100_000) int where,
      @ForAll @IntRange(min = 1, max = 255) int change)
      throws IOException {
    Path folder = Clouds.folder();
    try {
      write(folder, steps);
      Path file = folder.resolve("laws.vec");
      byte[] bytes = Files.readAllBytes(file);
      bytes[where % bytes.length] ^= (byte) change;
      Files.write(file, bytes);

      try (EmbeddedVectorIndex index = new EmbeddedVectorIndex(folder)) {
        index.open(SPEC);

        assertThat(index.state("laws").ready()).isFalse();
        assertThat(index.state("laws").reason()).isNotBlank();
        index.rebuild(SPEC, List.of(new Entry(1, SOMEWHERE)).stream());
        assertThat(index.state("laws").ready()).isTrue();
        assertThat(index.count("laws")).isEqualTo(1);
      }
    } finally {
      Clouds.remove(folder);
    }
  }

  /** Writes the steps and returns every state on the way, the empty one first. */
  private static List<Map<Long, float[]>> write(Path folder, List<Step> steps) {
    List<Map<Long, float[]>> history = new ArrayList<>();
    history.add(Map.of());
    Map<Long, float[]> model = new HashMap<>();
    try (EmbeddedVectorIndex index = new EmbeddedVectorIndex(folder)) {
      index.open(SPEC);
      for (Step step : steps) {
        if (step.kind() == Kind.DELETE) {
          index.delete("laws", step.id());
          model.remove(step.id());
        } else {
          index.upsert("laws", step.id(), step.vector());
          model.put(step.id(), step.vector());
        }
        history.add(Map.copyOf(model));
      }
    }
    return history;
  }

  private static void assertHolds(VectorIndex index, Map<Long, float[]> model) {
    assertThat(index.count("laws")).isEqualTo(model.size());
    assertThat(index.ids("laws").boxed()).containsExactlyInAnyOrderElementsOf(model.keySet());
    model.forEach(
        (id, vector) ->
            assertThat(Clouds.cosine(index.vector("laws", id).orElseThrow(), vector))
                .isCloseTo(1, within(1e-5)));
  }
}
