package dev.minsight.people;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.Contract;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the matcher decides about one face, and what it writes down of it. */
class MatcherRecordsTest {

  private MatcherHouse house;

  @BeforeEach
  void open() {
    house = new MatcherHouse();
  }

  @AfterEach
  void close() {
    house.close();
  }

  private Face one(float[] vector) {
    return house.photo(List.of(vector)).get(0);
  }

  @Test
  @DisplayName("AC-L12 A face like nobody's begins a person, and the decision says so")
  @Contract("pipeline.md 5 KnownPerson is created")
  void newPerson() {
    Face face = one(MatcherHouse.axis(0));

    assertThat(face.knownPersonId()).isNotNull();
    assertThat(house.decision(face.id()))
        .containsEntry("kind", "new_person")
        .containsEntry("actor", "machine:test-faces");
    assertThat(house.count("face_matches WHERE face_id = " + face.id())).isZero();
  }

  @Test
  @DisplayName("AC-L13 A face surely like a known one is that person's; decision and match say why")
  @Contract("pipeline.md 5 FaceMatch")
  void matched() {
    Face known = one(MatcherHouse.axis(0));
    Face face = one(MatcherHouse.near(0, 0.8, 5));

    assertThat(face.knownPersonId()).isEqualTo(known.knownPersonId());
    Map<String, Object> decision = house.decision(face.id());
    assertThat(decision).containsEntry("kind", "matched");
    assertThat((String) decision.get("evidence")).contains(String.valueOf(known.id()));
    assertThat(((Number) decision.get("score")).doubleValue()).isBetween(0.79, 0.81);
    assertThat(
            house.count(
                "face_matches WHERE face_id = "
                    + face.id()
                    + " AND matched_face_id = "
                    + known.id()))
        .isEqualTo(1);
  }

  @Test
  @DisplayName("A face between uncertain and sure begins a person, but the likeness is noted")
  @Contract("pipeline.md 5 thresholds")
  void uncertain() {
    Face known = one(MatcherHouse.axis(0));
    Face face = one(MatcherHouse.near(0, 0.5, 5));

    assertThat(face.knownPersonId()).isNotEqualTo(known.knownPersonId());
    assertThat(house.count("face_matches WHERE face_id = " + face.id())).isEqualTo(1);
  }

  @Test
  @DisplayName("Below uncertain nothing is noted")
  void unlike() {
    one(MatcherHouse.axis(0));
    Face face = one(MatcherHouse.near(0, 0.3, 5));

    assertThat(house.count("face_matches WHERE face_id = " + face.id())).isZero();
  }

  @Test
  @DisplayName("Of two persons that are like enough the nearer one is taken")
  @Contract("pipeline.md 5 best hit")
  void nearest() {
    Face first = one(MatcherHouse.axis(0));
    Face second = one(MatcherHouse.axis(1));
    Face face = one(MatcherHouse.near(0, 0.65, 1)); // 0.65 to the first, 0.76 to the second

    assertThat(face.knownPersonId())
        .isEqualTo(second.knownPersonId())
        .isNotEqualTo(first.knownPersonId());
  }

  @Test
  @DisplayName("AC-L14 Of two faces of one photo like one person, the nearer gets the person")
  void closestPairFirst() {
    Face known = one(MatcherHouse.axis(0));

    List<Face> pair =
        house.photo(List.of(MatcherHouse.near(0, 0.8, 3), MatcherHouse.near(0, 0.9, 4)));

    assertThat(pair.get(1).knownPersonId()).isEqualTo(known.knownPersonId());
    assertThat(pair.get(0).knownPersonId()).isNotEqualTo(known.knownPersonId());
  }

  @Test
  @DisplayName("Matching a photo again changes nothing")
  @Contract("pipeline.md 5 f is excluded")
  void again() {
    one(MatcherHouse.axis(0));
    List<float[]> vectors = List.of(MatcherHouse.near(0, 0.8, 3), MatcherHouse.axis(6));
    List<Face> first = house.photo(vectors);
    long decisions = house.count("identity_decisions");

    List<Face> again = house.match(first.get(0).entityId(), vectors);

    assertThat(again).isEqualTo(first);
    assertThat(house.count("identity_decisions")).isEqualTo(decisions);
  }
}
