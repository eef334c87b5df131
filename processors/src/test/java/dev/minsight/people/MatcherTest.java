package dev.minsight.people;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.insight.VectorCollections;
import dev.minsight.ml.Thresholds;
import dev.minsight.store.Intake;
import dev.minsight.store.NewMedia;
import dev.minsight.store.Staged;
import dev.minsight.testing.Contract;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.TestServer;
import dev.minsight.vectors.VectorIndex;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Whose a face is, shown with vectors whose similarities are known. */
class MatcherTest {

  private static final String MODEL = "face-embedding-lite";
  private static final int DIMENSION = 128;
  private static final Thresholds.Matching THRESHOLDS = new Thresholds.Matching(0.36, 0.25, 0.05);
  private static final AtomicLong SEEDS = new AtomicLong(System.nanoTime());

  private final TestServer server = OpenServer.shared();
  private final JdbcClient jdbc = server.bean(JdbcClient.class);
  private final VectorIndex index = server.bean(VectorIndex.class);
  private final TransactionTemplate write =
      new TransactionTemplate(server.bean(PlatformTransactionManager.class));

  /** Directions of this test's own: other tests' faces are nowhere near. */
  private final float[][] axes = axes(24);

  /** Photos of two faces each, by the vectors' names. */
  private final Map<String, Long> faces = new TreeMap<>();

  @BeforeEach
  void openIndex() {
    server.bean(VectorCollections.class).openAll();
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("Two poor photos of somebody and a good one give one person, in any order")
  @CsvSource({"A B C", "A C B", "B A C", "B C A", "C A B", "C B A"})
  void orderDoesNotMatter(String order) {
    Map<String, float[]> photos = bridged();

    for (String name : order.split(" ")) {
      photo(name, photos.get(name));
    }

    assertThat(persons("A", "B", "C")).hasSize(1);
  }

  @Test
  @DisplayName("Joining keeps the older person and appends a decision for every face that moves")
  @Contract("pipeline.md 5 payload is not authoritative")
  void joiningIsOnRecord() {
    Map<String, float[]> photos = bridged();
    photo("A", photos.get("A"));
    photo("B", photos.get("B"));
    long older = person("A");
    long younger = person("B");
    assertThat(older).isLessThan(younger);

    photo("C", photos.get("C"));

    assertThat(persons("A", "B", "C").keySet()).containsExactly(older);
    assertThat(server.bean(Persons.class).find(younger)).isEmpty();
    Map<String, Object> merged =
        jdbc.sql("SELECT * FROM identity_decisions WHERE face_id = :id ORDER BY id DESC LIMIT 1")
            .param("id", faces.get("B"))
            .query()
            .singleRow();
    assertThat(merged)
        .containsEntry("kind", "merged")
        .containsEntry("actor", "machine:" + MODEL)
        .hasEntrySatisfying(
            "person_id", id -> assertThat(((Number) id).longValue()).isEqualTo(older))
        .hasEntrySatisfying(
            "evidence",
            evidence -> assertThat((String) evidence).contains("\"former_person_id\":" + younger));
    assertThat(lastDecisions()).isEqualTo(assignments());
  }

  @Test
  @DisplayName("Persons who were seen together stay two, whoever resembles both")
  void seenTogether() {
    Map<String, float[]> photos = bridged();
    photo("A", photos.get("A"), "B", photos.get("B"));

    photo("C", photos.get("C"));

    assertThat(person("A")).isNotEqualTo(person("B"));
    assertThat(persons("A", "B", "C")).hasSize(2);
  }

  @Test
  @DisplayName("Two faces of one photo are two persons even if both resemble the same one")
  void oneFaceAPhoto() {
    photo("known", axes[0]);

    photo("twin", mix(1, 0, 0.2, 1), "copy", mix(1, 0, 0.3, 2));

    assertThat(person("twin")).isEqualTo(person("known"));
    assertThat(person("copy")).isNotEqualTo(person("known"));
  }

  @Test
  @DisplayName("Somebody in several frames of a video is one person, two in one frame are two")
  void framesOfVideo() {
    long video = entity();
    List<Matcher.Embedded> embedded = new ArrayList<>();
    for (long second : List.of(2L, 0L, 1L)) {
      embedded.add(inVideo(video, embedded.size(), second * 1000, mix(1, 0, 0.1 * second, 2)));
    }
    embedded.add(inVideo(video, embedded.size(), 1000, mix(1, 0, 0.3, 1)));

    settle(embedded);

    assertThat(persons("0", "1", "2")).hasSize(1);
    assertThat(person("3")).as("seen beside her").isNotEqualTo(person("0"));
  }

  @Test
  @DisplayName("A person of a video is the person of the photos")
  void videoAndPhotos() {
    photo("photo", axes[0]);
    long video = entity();

    settle(
        List.of(
            inVideo(video, 0, 0, mix(1, 0, 0.2, 1)), inVideo(video, 1, 1000, mix(1, 0, 0.2, 2))));

    assertThat(persons("photo", "0", "1")).hasSize(1);
  }

  private Matcher.Embedded inVideo(long video, int place, long timeMs, float[] vector) {
    Face face = face(video, place, timeMs);
    faces.put(String.valueOf(place), face.id());
    return new Matcher.Embedded(face, vector);
  }

  @Test
  @DisplayName("A named person is left as it is")
  void namedPersons() {
    Map<String, float[]> photos = bridged();
    photo("A", photos.get("A"));
    photo("B", photos.get("B"));
    server.bean(Persons.class).rename(person("B"), "Beatrice");

    photo("C", photos.get("C"));

    assertThat(persons("A", "B", "C")).hasSize(2);
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("What a human decided about a person or one of their faces is never overridden")
  @ValueSource(strings = {"person", "face"})
  @Contract("pipeline.md 5 manual assignment")
  void humanDecisions(String about) {
    Map<String, float[]> photos = bridged();
    photo("A", photos.get("A"));
    photo("B", photos.get("B"));
    jdbc.sql(
            """
            INSERT INTO identity_decisions (id, kind, face_id, person_id, actor, created_at)
            VALUES (:id, 'rejected', :face, :person, 'anna', 0)""")
        .param("id", -SEEDS.incrementAndGet())
        .param("face", about.equals("face") ? faces.get("A") : 0)
        .param("person", about.equals("face") ? 0 : person("A"))
        .update();

    photo("C", photos.get("C"));

    assertThat(persons("A", "B", "C")).hasSize(2);
  }

  @Test
  @DisplayName("One ordinary face that resembles two strangers does not make them one")
  void noChains() {
    for (int i = 0; i < 4; i++) {
      photo("P" + i, mix(1, 0, 0.5, 4 + i));
      photo("Q" + i, mix(1, 1, 0.5, 8 + i));
    }

    photo("ordinary", mix(1, 0, 0.9, 1));

    assertThat(persons("P0", "P1", "P2", "P3")).hasSize(1);
    assertThat(persons("Q0", "Q1", "Q2", "Q3")).hasSize(1);
    assertThat(person("ordinary")).isEqualTo(person("P0"));
    assertThat(person("P0")).isNotEqualTo(person("Q0"));
  }

  @ParameterizedTest(name = "seed {0}")
  @DisplayName("Shuffled photos of several people always come out as the same people")
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void shuffledCrowd(int seed) {
    // Somebody's photos lie around their direction, at cosines of about 0.31 to 0.75: some pairs
    // are below "sure".
    Map<String, float[]> photos = new LinkedHashMap<>();
    for (int human = 0; human < 4; human++) {
      for (int i = 0; i < 5; i++) {
        photos.put(human + "-" + i, mix(1, human, 0.4 + 0.3 * i, 4 + human * 5 + i));
      }
    }
    List<String> order = new ArrayList<>(photos.keySet());
    Collections.shuffle(order, new Random(seed));

    order.forEach(name -> photo(name, photos.get(name)));

    assertThat(order).allSatisfy(name -> assertThat(faces).containsKey(name));
    for (int human = 0; human < 4; human++) {
      String prefix = human + "-";
      assertThat(persons(prefix + 0, prefix + 1, prefix + 2, prefix + 3, prefix + 4)).hasSize(1);
    }
    assertThat(persons(order.toArray(String[]::new))).hasSize(4);
    assertThat(lastDecisions()).isEqualTo(assignments());
  }

  /** A and B are alike (0.3) but not surely so; C is surely both. */
  private Map<String, float[]> bridged() {
    return Map.of("A", axes[0], "B", mix(0.3, 0, Math.sqrt(0.91), 1), "C", mix(1, 0, 0.8, 1));
  }

  private float[] mix(double a, int one, double b, int two) {
    double norm = Math.sqrt(a * a + b * b);
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) ((a * axes[one][i] + b * axes[two][i]) / norm);
    }
    return vector;
  }

  private void photo(String name, float[] vector) {
    photo(Map.of(name, vector));
  }

  private void photo(String one, float[] first, String two, float[] second) {
    Map<String, float[]> found = new LinkedHashMap<>();
    found.put(one, first);
    found.put(two, second);
    photo(found);
  }

  /** What the pipeline does with the faces of one photo. */
  private void photo(Map<String, float[]> found) {
    long entity = entity();
    List<Matcher.Embedded> embedded = new ArrayList<>();
    found.forEach(
        (name, vector) -> {
          Face face = face(entity, embedded.size(), null);
          faces.put(name, face.id());
          embedded.add(new Matcher.Embedded(face, vector));
        });
    settle(embedded);
  }

  private void settle(List<Matcher.Embedded> embedded) {
    write.executeWithoutResult(
        tx -> {
          embedded.forEach(one -> server.bean(Faces.class).add(one.face()));
          server.bean(Matcher.class).match(MODEL, THRESHOLDS, embedded);
        });
    embedded.forEach(one -> index.upsert(Matcher.COLLECTION, one.face().id(), one.vector()));
  }

  private long entity() {
    byte[] content = new byte[16];
    new Random(SEEDS.incrementAndGet()).nextBytes(content);
    content[0] = 0; // never the magic of anything
    try (Staged staged =
        server.bean(Intake.class).stage(new ByteArrayInputStream(content), "file")) {
      return server
          .bean(Intake.class)
          .store(staged, new NewMedia(null, null, null, false))
          .entityId();
    }
  }

  private static Face face(long entity, int place, Long timeMs) {
    return new Face(
        entity * Faces.PER_PHOTO + place,
        entity,
        place,
        "0",
        "yunet",
        Map.of("x1", 0.1, "y1", 0.1, "x2", 0.2, "y2", 0.2),
        Map.of(),
        0.9,
        "faces/" + entity + "/" + place + ".png",
        "completed",
        0,
        null,
        timeMs);
  }

  private long person(String name) {
    return server.bean(Faces.class).find(faces.get(name)).orElseThrow().knownPersonId();
  }

  /** Faces by their person. */
  private Map<Long, List<String>> persons(String... names) {
    return Arrays.stream(names).collect(Collectors.groupingBy(this::person));
  }

  private Map<Long, Long> assignments() {
    return faces.values().stream()
        .collect(
            Collectors.toMap(
                Function.identity(),
                id -> server.bean(Faces.class).find(id).orElseThrow().knownPersonId()));
  }

  /** What the decisions alone say: the last one about a face counts. */
  private Map<Long, Long> lastDecisions() {
    Map<Long, Long> last = new TreeMap<>();
    jdbc.sql(
            "SELECT face_id, person_id FROM identity_decisions WHERE face_id IN (:ids) ORDER BY id")
        .param("ids", faces.values())
        .query()
        .listOfRows()
        .forEach(
            row ->
                last.put(
                    ((Number) row.get("face_id")).longValue(),
                    ((Number) row.get("person_id")).longValue()));
    return last;
  }

  /** Orthonormal directions, by Gram and Schmidt from random ones. */
  private static float[][] axes(int count) {
    Random random = new Random(SEEDS.incrementAndGet());
    float[][] axes = new float[count][DIMENSION];
    for (int n = 0; n < count; n++) {
      double[] v = random.doubles(DIMENSION, -1, 1).toArray();
      for (int m = 0; m < n; m++) {
        double dot = 0;
        for (int i = 0; i < DIMENSION; i++) {
          dot += v[i] * axes[m][i];
        }
        for (int i = 0; i < DIMENSION; i++) {
          v[i] -= dot * axes[m][i];
        }
      }
      double norm = Math.sqrt(Arrays.stream(v).map(x -> x * x).sum());
      for (int i = 0; i < DIMENSION; i++) {
        axes[n][i] = (float) (v[i] / norm);
      }
    }
    return axes;
  }
}
