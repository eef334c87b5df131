package dev.minsight.people;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.Contract;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for any photos of any faces. */
class MatcherLawsTest {

  /** Photos of up to four faces, each more or less like one of three people. */
  @Provide
  Arbitrary<List<List<float[]>>> albums() {
    Arbitrary<float[]> face =
        Combinators.combine(
                Arbitraries.integers().between(0, 2),
                Arbitraries.doubles().between(0.3, 1),
                Arbitraries.integers().between(3, 7))
            .as(MatcherHouse::near);
    return face.list().ofMinSize(1).ofMaxSize(4).list().ofMinSize(1).ofMaxSize(5);
  }

  private static List<List<Face>> take(MatcherHouse house, List<List<float[]>> album) {
    album.forEach(house::photo);
    return house.album();
  }

  /** Persons as the order in which they first appear, so that ids do not matter. */
  private static List<List<Integer>> shape(List<List<Face>> photos) {
    Map<Long, Integer> order = new HashMap<>();
    List<List<Integer>> shape = new ArrayList<>();
    for (List<Face> photo : photos) {
      shape.add(
          photo.stream()
              .map(face -> order.computeIfAbsent(face.knownPersonId(), id -> order.size()))
              .toList());
    }
    return shape;
  }

  @Property(tries = 20)
  @Label("Every face has a person, and two faces of one photo never the same")
  @Contract("pipeline.md 5 two faces of one image")
  void neverTwiceInOnePhoto(@ForAll("albums") List<List<float[]>> album) {
    try (MatcherHouse house = new MatcherHouse()) {
      for (List<Face> photo : take(house, album)) {
        assertThat(photo)
            .extracting(Face::knownPersonId)
            .doesNotContainNull()
            .doesNotHaveDuplicates();
      }
    }
  }

  @Property(tries = 20)
  @Label("Faces of one person stay together, whatever is matched later and however often")
  void staysTogether(
      @ForAll("albums") List<List<float[]>> album, @ForAll("albums") List<List<float[]>> later) {
    try (MatcherHouse house = new MatcherHouse()) {
      Map<Long, List<Face>> before =
          take(house, album).stream()
              .flatMap(List::stream)
              .collect(Collectors.groupingBy(Face::knownPersonId));
      take(house, later);
      for (List<Face> photo : house.album()) {
        house.match(
            photo.get(0).entityId(),
            photo.stream().map(face -> MatcherHouse.axis(face.index() % 3)).toList());
      }

      Map<Long, Long> after =
          house.album().stream()
              .flatMap(List::stream)
              .collect(Collectors.toMap(Face::id, Face::knownPersonId));
      for (List<Face> person : before.values()) {
        assertThat(person.stream().map(face -> after.get(face.id())).distinct()).hasSize(1);
      }
    }
  }

  @Property(tries = 15)
  @Label("The same photos in the same order give the same persons")
  void deterministic(@ForAll("albums") List<List<float[]>> album) {
    try (MatcherHouse one = new MatcherHouse();
        MatcherHouse two = new MatcherHouse()) {
      assertThat(shape(take(one, album))).isEqualTo(shape(take(two, album)));
    }
  }
}
