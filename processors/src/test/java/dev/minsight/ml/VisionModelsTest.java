package dev.minsight.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.minsight.media.RgbImage;
import dev.minsight.testing.Contract;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real models on real photos give the published figures. */
class VisionModelsTest {

  @TempDir static Path folder;

  private static VisionModels full;
  private static VisionModels lite;

  /** The full models as the published figures were made: without averaging landmarks. */
  private static VisionModels published;

  private static Survey survey;

  @BeforeAll
  static void open() throws IOException {
    ModelManifest manifest = ModelManifest.packaged();
    full = installed(folder.resolve("full"), manifest);
    published = installed(folder.resolve("published"), withBestLandmarks());
    lite =
        new VisionModels(
            new ModelStore(folder.resolve("none"), manifest),
            new InferenceEngine(Duration.ofSeconds(60)));
  }

  private static VisionModels installed(Path home, ModelManifest manifest) throws IOException {
    ModelStore store = new ModelStore(home, manifest);
    Path shared = Path.of(System.getProperty("minsight.shared", "../../shared"), "models");
    if (Files.isDirectory(shared)) {
      new ModelInstaller(store)
          .importFrom(
              shared,
              List.of(
                  manifest.find("yunet-2026may").orElseThrow(),
                  manifest.find("yunet-2023mar").orElseThrow(),
                  manifest.find("mobilefacenet-128").orElseThrow()));
    }
    return new VisionModels(store, new InferenceEngine(Duration.ofSeconds(60)));
  }

  private static ModelManifest withBestLandmarks() throws IOException {
    String packaged;
    try (InputStream yaml =
        ModelManifest.class.getClassLoader().getResourceAsStream("ml-models/models.yaml")) {
      packaged = new String(yaml.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertThat(packaged).contains("landmarks: mean}");
    Path file = folder.resolve("models.yaml");
    return ModelManifest.load(
        Files.writeString(file, packaged.replace("landmarks: mean}", "landmarks: best}")));
  }

  @AfterAll
  static void close() {
    full.close();
    published.close();
    lite.close();
  }

  @Test
  @DisplayName("Without any installed model the bundled ones serve every task that reads pictures")
  @Contract("compute.md 4 cold start")
  void bundledModelsServe() {
    lite.warmUp();

    assertThat(lite.status())
        .hasSize(4)
        .allSatisfy(
            (task, state) ->
                assertThat(state)
                    .isInstanceOfSatisfying(
                        ServingModel.Ready.class,
                        ready -> assertThat(ready.spec().lite()).isTrue()));
    RgbImage scene = Pictures.scene(11, 300, 300);
    assertThat(lite.detectFaces(scene, DetectionOverrides.NONE).faces()).isEmpty();
    assertThat(lite.embed(ModelTask.FACE_EMBEDDING, scene).vector()).hasSize(128);
    assertThat(lite.embed(ModelTask.CLIP_EMBEDDING, scene).vector()).hasSize(512);
    assertThat(lite.embed(ModelTask.DINO_EMBEDDING, scene).vector()).hasSize(384);
  }

  /** Boxes and scores from the models' README: long side 640, threshold 0.6. */
  @ParameterizedTest(name = "{0}")
  @DisplayName("The detector reproduces the published boxes and scores")
  @CsvSource({
    "obama_1, 370, 91, 243, 331, 0.945",
    "obama_2, 202, 229, 275, 404, 0.951",
    "obama_3, 645, 273, 265, 345, 0.944",
    "biden_1, 426, 177, 288, 399, 0.927",
    "biden_2, 427, 154, 437, 615, 0.943"
  })
  @Contract("compute.md 5.4 model")
  void publishedBoxes(String photo, double x, double y, double w, double h, double score)
      throws IOException {
    SharedFiles.find("models/face_detection_yunet_2026may.onnx");
    DetectedFace face = best(published, photo);

    // A different reducer moves the box by some pixels.
    double tolerance = 0.04 * Math.max(w, h);
    assertThat(face.box().x1()).isCloseTo(x, within(tolerance));
    assertThat(face.box().y1()).isCloseTo(y, within(tolerance));
    assertThat(face.box().width()).isCloseTo(w, within(tolerance));
    assertThat(face.box().height()).isCloseTo(h, within(tolerance));
    assertThat(face.confidence()).isCloseTo(score, within(0.01));
  }

  @Test
  @DisplayName("The five landmarks come in the published order and places")
  void publishedLandmarks() throws IOException {
    SharedFiles.find("models/face_detection_yunet_2026may.onnx");
    List<Point> expected =
        List.of(
            new Point(439.8, 213.0),
            new Point(555.5, 213.5),
            new Point(496.1, 266.6),
            new Point(440.1, 317.6),
            new Point(547.6, 319.7));

    List<Point> found = best(published, "obama_1").landmarks();

    for (int i = 0; i < expected.size(); i++) {
      assertThat(found.get(i).x()).isCloseTo(expected.get(i).x(), within(4.0));
      assertThat(found.get(i).y()).isCloseTo(expected.get(i).y(), within(4.0));
    }
  }

  /** Cosines from the models' README. */
  @ParameterizedTest(name = "{0} and {1}")
  @DisplayName("Aligned faces give the published cosines")
  @CsvSource({
    "obama_1, obama_2, 0.694", "obama_1, obama_3, 0.758", "obama_1, obama_4, 0.768",
    "obama_1, obama_partial_1, 0.866", "obama_1, biden_1, -0.072", "obama_1, biden_2, 0.022",
    "obama_2, obama_3, 0.738", "obama_2, obama_4, 0.808", "obama_2, obama_partial_1, 0.648",
    "obama_2, biden_1, 0.009", "obama_2, biden_2, 0.082", "biden_1, obama_3, 0.016",
    "biden_1, obama_4, 0.025", "biden_1, obama_partial_1, 0.038", "biden_1, biden_2, 0.649"
  })
  void publishedCosines(String one, String two, double cosine) throws IOException {
    SharedFiles.find("models/face_recognition_mobilefacenet_128.onnx");

    assertThat(embedding(published, one).cosine(embedding(published, two)))
        .isCloseTo(cosine, within(0.025));
  }

  @Test
  @DisplayName("Every photo of known truth gives exactly its number of faces")
  @Contract("compute.md 6 test fixtures")
  void faceCounts() throws IOException {
    SharedFiles.find("models/face_detection_yunet_2026may.onnx");

    assertThat(survey().fullCounts()).isEqualTo(truth());
  }

  @Test
  @DisplayName("The bundled detector adds one face in two portraits and misses none")
  void faceCountsOfTheLiteModel() throws IOException {
    SharedFiles.find("models/face_detection_yunet_2026may.onnx");
    Map<String, Integer> expected = truth();
    // Background and a toy; YuNet itself sees them at its lower threshold of 0.6.
    expected.put("people/biden/biden_2.jpg", 2);
    expected.put("people/compreface_a/compreface_a_006.jpg", 2);

    assertThat(survey().liteCounts()).isEqualTo(expected);
  }

  @Test
  @DisplayName("With a long side of 1280 all photos of a person match, as published")
  void publishedPeople() throws IOException {
    SharedFiles.find("models/face_recognition_mobilefacenet_128.onnx");

    Cosines cosines = cosines(survey().publishedAt1280());

    assertThat(cosines.same()).hasSize(42).allMatch(cosine -> cosine >= 0.38);
    assertThat(cosines.different()).hasSize(234).allMatch(cosine -> cosine < 0.30);
  }

  @Test
  @DisplayName("With the defaults nobody is taken for another, and most pairs are sure")
  void peopleAreToldApart() throws IOException {
    SharedFiles.find("models/face_recognition_mobilefacenet_128.onnx");

    assertToldApart(cosines(survey().fullFaces()), full, 40);
    assertToldApart(cosines(survey().liteFaces()), lite, 40);
  }

  @Test
  @DisplayName("The detector of fixed size finds the same faces as the one of any size")
  void fixedSizeDetector() throws IOException {
    SharedFiles.find("models/face_detection_yunet_2023mar.onnx");
    RgbImage group = SharedFiles.photo("groups/group_6_cf015.jpg");
    ModelManifest manifest = ModelManifest.packaged();
    ModelStore store = new ModelStore(folder.resolve("fixed"), manifest);
    new ModelInstaller(store)
        .importFrom(
            SharedFiles.find("models"), List.of(manifest.find("yunet-2023mar").orElseThrow()));
    try (VisionModels fixed =
        new VisionModels(store, new InferenceEngine(Duration.ofSeconds(60)))) {
      FaceDetections any = full.detectFaces(group, DetectionOverrides.NONE);
      FaceDetections same = fixed.detectFaces(group, DetectionOverrides.NONE);

      assertThat(same.modelId()).isEqualTo("yunet-2023mar");
      assertThat(same.faces()).hasSize(6);
      for (int i = 0; i < 6; i++) {
        assertThat(same.faces().get(i).box().overlap(any.faces().get(i).box())).isGreaterThan(0.95);
      }
    }
  }

  @Test
  @DisplayName("Callers may lower or raise the thresholds of the manifest")
  void overrides() throws IOException {
    RgbImage group = SharedFiles.photo("groups/solvay1927.jpg");

    int strict = lite.detectFaces(group, new DetectionOverrides(0.999, null, null)).faces().size();
    int standard = lite.detectFaces(group, DetectionOverrides.NONE).faces().size();
    int doubled = lite.detectFaces(group, new DetectionOverrides(0.3, 1.0, 640)).faces().size();

    assertThat(strict).isLessThan(standard);
    assertThat(standard).isLessThan(doubled);
  }

  private static void assertToldApart(Cosines cosines, VisionModels models, int sureAtLeast) {
    double sure = models.serving(ModelTask.FACE_EMBEDDING).matching().sure();

    assertThat(cosines.different()).hasSize(234).allMatch(cosine -> cosine < sure);
    assertThat(cosines.same()).hasSize(42);
    assertThat(cosines.same().stream().filter(cosine -> cosine >= sure))
        .hasSizeGreaterThanOrEqualTo(sureAtLeast);
  }

  /** What was found on the photos; made once, because decoding large photos takes the time. */
  private record Survey(
      Map<String, Integer> fullCounts,
      Map<String, Integer> liteCounts,
      Map<String, Embedding> fullFaces,
      Map<String, Embedding> liteFaces,
      Map<String, Embedding> publishedAt1280) {

    void add(String photo, RgbImage image) {
      fullCounts.put(photo, look(full, photo, image, 640, fullFaces));
      liteCounts.put(photo, look(lite, photo, image, 640, liteFaces));
      look(published, photo, image, 1280, publishedAt1280);
    }

    /** Counts the faces and, of people, embeds the largest one. */
    private static int look(
        VisionModels models,
        String photo,
        RgbImage image,
        int longSide,
        Map<String, Embedding> faces) {
      List<DetectedFace> found =
          models.detectFaces(image, new DetectionOverrides(null, null, longSide)).faces();
      if (photo.startsWith("people/")) {
        DetectedFace largest =
            found.stream().max(Comparator.comparingDouble(face -> face.box().area())).orElseThrow();
        faces.put(photo, models.embed(ModelTask.FACE_EMBEDDING, models.alignFace(image, largest)));
      }
      return found.size();
    }
  }

  private static Survey survey() throws IOException {
    if (survey == null) {
      Survey made =
          new Survey(
              new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
      for (String photo : truth().keySet()) {
        made.add(photo, SharedFiles.photo(photo));
      }
      survey = made;
    }
    return survey;
  }

  private record Cosines(List<Double> same, List<Double> different) {}

  private static Cosines cosines(Map<String, Embedding> faces) {
    Cosines cosines = new Cosines(new ArrayList<>(), new ArrayList<>());
    faces.forEach(
        (one, a) ->
            faces.forEach(
                (two, b) -> {
                  if (one.compareTo(two) < 0) {
                    boolean same = folder(one).equals(folder(two));
                    (same ? cosines.same() : cosines.different()).add(a.cosine(b));
                  }
                }));
    return cosines;
  }

  private static Map<String, Integer> truth() throws IOException {
    Map<String, Integer> truth =
        new TreeMap<>(
            Map.of(
                "groups/group_2_cf010.jpg",
                2,
                "groups/group_4_cf012.jpg",
                4,
                "groups/group_5_cf000.jpg",
                5,
                "groups/group_6_cf015.jpg",
                6,
                "groups/group_obama_biden.jpg",
                3,
                "groups/solvay1927.jpg",
                29,
                "groups/two_people.jpg",
                2));
    Path media = SharedFiles.find("media");
    for (String set : List.of("people", "nofaces")) {
      try (Stream<Path> files = Files.walk(media.resolve(set))) {
        files
            .filter(Files::isRegularFile)
            .forEach(file -> truth.put(name(media, file), set.equals("people") ? 1 : 0));
      }
    }
    return truth;
  }

  private static String name(Path media, Path file) {
    return media.relativize(file).toString().replace('\\', '/');
  }

  private static String folder(String photo) {
    return photo.substring(0, photo.lastIndexOf('/'));
  }

  private static DetectedFace best(VisionModels models, String photo) throws IOException {
    String person = photo.substring(0, photo.indexOf('_'));
    RgbImage image = SharedFiles.photo("people/" + person + "/" + photo + ".jpg");
    return models.detectFaces(image, DetectionOverrides.NONE).faces().get(0);
  }

  private static Embedding embedding(VisionModels models, String photo) throws IOException {
    String person = photo.substring(0, photo.indexOf('_'));
    return embed(models, SharedFiles.photo("people/" + person + "/" + photo + ".jpg"));
  }

  private static Embedding embed(VisionModels models, RgbImage photo) {
    DetectedFace face = models.detectFaces(photo, DetectionOverrides.NONE).faces().get(0);
    return models.embed(ModelTask.FACE_EMBEDDING, models.alignFace(photo, face));
  }
}
