package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.app.ModelsCommand;
import dev.minsight.ml.Npy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole folder of shared media, dropped into the inbox of a server with the full models of
 * faces: photos, videos, damaged files, lists and the README itself. Of the 1,583 pictures of
 * {@code lfw} only every sixteenth is dropped, by name; all of them would take minutes.
 */
class AllSharedMediaTest {

  private static final int LFW_STEP = 16;

  /** What the inbox refuses, and a part of the reason. */
  private static final Map<String, String> REFUSED =
      Map.of(
          "corrupt/negative_array_size.heif", "header is damaged",
          "corrupt/photo.gif", "header is damaged",
          "corrupt/truncated.jpg", "ends too early");

  private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\|[^|]*\\| (\\d+)?.*");

  private static final ObjectMapper JSON = new ObjectMapper();

  private static Path media;
  private static PhotoServer photos;
  private static Map<String, JsonNode> receipts;

  @BeforeAll
  static void dropAll(@TempDir Path home) {
    Path shared = Path.of(System.getProperty("minsight.shared", "../../shared"));
    media = shared.resolve("media");
    Assumptions.assumeTrue(
        Files.isDirectory(media) && Files.isDirectory(shared.resolve("models")),
        "skipped: no shared media and models at " + shared);
    assertThat(
            ModelsCommand.run(
                "pull",
                "--from",
                shared.resolve("models").toString(),
                "--home",
                home.resolve("server").toString()))
        .isZero();
    photos =
        PhotoServer.start(
            home.resolve("server"),
            "minsight.ingest.stable-for=300ms",
            "minsight.ingest.poll-every=200ms");
    List<String> files = files();
    files.forEach(AllSharedMediaTest::drop);
    receipts =
        files.stream().collect(Collectors.toMap(Function.identity(), AllSharedMediaTest::receipt));
    await("all photos done")
        .atMost(Duration.ofMinutes(15))
        .pollInterval(Duration.ofMillis(300))
        .until(new Equation(photos)::rests);
  }

  @AfterAll
  static void stop() {
    if (photos != null) {
      photos.close();
    }
  }

  private static List<String> files() {
    try (Stream<Path> all = Files.walk(media)) {
      List<String> names =
          all.filter(Files::isRegularFile)
              .map(file -> media.relativize(file).toString().replace('\\', '/'))
              .sorted()
              .toList();
      List<String> faces = names.stream().filter(AllSharedMediaTest::isLfw).toList();
      List<String> wanted = new ArrayList<>(names);
      wanted.removeAll(faces);
      for (int i = 0; i < faces.size(); i += LFW_STEP) {
        wanted.add(faces.get(i));
      }
      return wanted;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isLfw(String name) {
    return name.startsWith("lfw/images/");
  }

  private static void drop(String name) {
    Path target = photos.home().resolve("inbox").resolve(name);
    try {
      Files.createDirectories(target.getParent());
      Files.copy(media.resolve(name), target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode receipt(String name) {
    Path inbox = photos.home().resolve("inbox");
    Path file =
        await("receipt of " + name)
            .atMost(Duration.ofMinutes(10))
            .until(
                () ->
                    Stream.of("done", "failed")
                        .map(box -> inbox.resolve(box).resolve(name + ".receipt.json"))
                        .filter(Files::isRegularFile)
                        .findFirst()
                        .orElse(null),
                found -> found != null);
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long entity(String name) {
    return entity(receipts.get(name));
  }

  private static long entity(JsonNode receipt) {
    return receipt.get("entity_id").asLong();
  }

  private static boolean isDone(JsonNode receipt) {
    return receipt.get("status").asText().equals("done");
  }

  /** Faces by file, of those that the README of the media has labelled. */
  private static Map<String, Integer> truth() {
    try {
      Map<String, Integer> truth = new TreeMap<>();
      for (String line : Files.readAllLines(media.resolve("README.md"))) {
        Matcher row = ROW.matcher(line);
        if (row.matches() && row.group(2) != null) {
          truth.put(row.group(1), Integer.valueOf(row.group(2)));
        }
      }
      return truth;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  @DisplayName(
      "Each file of the shared media has a receipt, and is an entity or was refused with a reason")
  void everyFileIsAnswered() {
    receipts.forEach(
        (name, receipt) -> {
          assertThat(receipt.get("file").asText()).isEqualTo(name);
          if (REFUSED.containsKey(name)) {
            assertThat(receipt.get("status").asText()).as(name).isEqualTo("failed");
            assertThat(receipt.get("reason").asText()).as(name).contains(REFUSED.get(name));
          } else if (receipt.get("status").asText().equals("known")) {
            // the same pixels in another format
            assertThat(receipts.values())
                .as(name + ": " + receipt.get("reason"))
                .anyMatch(other -> isDone(other) && entity(other) == entity(receipt));
          } else {
            assertThat(isDone(receipt)).as(name + ": " + receipt.get("reason")).isTrue();
            assertThat(photos.json("/entities/" + entity(name)).get("file_size").asLong())
                .as(name)
                .isEqualTo(media.resolve(name).toFile().length());
          }
        });
  }

  @Test
  @DisplayName(
      "AC-N29 With the full models each labelled photo has the faces that its README counts, and"
          + " all its vectors download")
  void faceCounts() {
    Map<String, Integer> truth = truth();
    assertThat(truth).hasSize(60);

    Map<String, Integer> found = new TreeMap<>();
    truth
        .keySet()
        .forEach(name -> found.put(name, photos.state(entity(name)).get("face_count").asInt()));

    assertThat(found).isEqualTo(truth);
    for (String name : truth.keySet()) {
      long id = entity(name);
      assertThat(Npy.read(photos.bytes("/intelligence/entities/" + id + "/clip_embedding")))
          .hasSize(512);
      assertThat(Npy.read(photos.bytes("/intelligence/entities/" + id + "/dino_embedding")))
          .hasSize(384);
      for (JsonNode face : photos.faces(id)) {
        assertThat(
                Npy.read(
                    photos.bytes("/intelligence/faces/" + face.get("id").asLong() + "/embedding")))
            .hasSize(128);
      }
    }
    JsonNode models = photos.state(entity("people/obama/obama_1.jpg")).get("models");
    assertThat(models.get("face_detection").asText()).isEqualTo("yunet-2026may");
    assertThat(models.get("face_embedding").asText()).isEqualTo("mobilefacenet-128");
  }

  @Test
  @DisplayName("In each LFW picture the person in its middle is found")
  void middleFaces() {
    List<String> faces = receipts.keySet().stream().filter(AllSharedMediaTest::isLfw).toList();
    assertThat(faces).hasSizeGreaterThan(90);

    for (String name : faces) {
      assertThat(photos.faces(entity(name)))
          .as(name)
          .anySatisfy(
              face -> {
                JsonNode box = face.get("bbox");
                assertThat(box.get("x1").asDouble()).isLessThan(0.5);
                assertThat(box.get("x2").asDouble()).isGreaterThan(0.5);
                assertThat(box.get("y1").asDouble()).isLessThan(0.5);
                assertThat(box.get("y2").asDouble()).isGreaterThan(0.5);
              });
    }
  }

  @Test
  @DisplayName(
      "Once all shared media is processed: inputs are completed, or failed with a reason; one"
          + " result each; nothing is left over")
  void equation() {
    Equation.Ended ended = new Equation(photos).assertHolds();

    assertThat(ended.failed()).isZero();
    assertThat(ended.completed())
        .isEqualTo(photos.count("entities WHERE type = 'image' AND NOT is_deleted"))
        .isGreaterThan(180);
    assertThat(photos.count("entities WHERE type = 'video'")).isEqualTo(4);
  }
}
