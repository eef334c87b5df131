package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.app.ModelsCommand;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.Videos;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Key frames of videos, looked at as photos are. */
class VideoFramesTest {

  private static final String ON = "minsight.pipeline.videos.key-frames=true";

  @TempDir private static Path homeOfAll;
  private static PhotoServer photos;

  @TempDir private Path home;
  @TempDir private Path files;

  @BeforeAll
  static void start() {
    photos = PhotoServer.start(homeOfAll, ON, "minsight.pipeline.videos.interval=1s");
  }

  @AfterAll
  static void stop() {
    if (photos != null) {
      photos.close();
    }
  }

  /** A video that shows each picture for so many seconds, a key frame a second. */
  private Path video(String name, int seconds, List<Path> pictures) {
    List<String> arguments = new ArrayList<>();
    StringBuilder joined = new StringBuilder();
    for (int i = 0; i < pictures.size(); i++) {
      arguments.addAll(List.of("-loop", "1", "-framerate", "25", "-t", "" + seconds));
      arguments.addAll(List.of("-i", "file:" + pictures.get(i)));
      joined.append(
          ("[%d]scale=640:640:force_original_aspect_ratio=decrease,"
                  + "pad=640:640:(ow-iw)/2:(oh-ih)/2,setsar=1[v%d];")
              .formatted(i, i));
    }
    for (int i = 0; i < pictures.size(); i++) {
      joined.append("[v").append(i).append(']');
    }
    arguments.addAll(List.of("-filter_complex", joined + "concat=n=" + pictures.size()));
    arguments.addAll(List.of("-g", "25", "-b:v", "3000k"));
    return Videos.write(arguments, files.resolve(name));
  }

  private Path picture(int number) {
    int rgb = List.of(0xdd2222, 0x22cc22, 0x2222dd, 0xdddd22).get(number - 1);
    return Pictures.write(
        files.resolve("picture" + number + ".png"), Pictures.plain("png", 640, 640, rgb));
  }

  private static List<JsonNode> similar(PhotoServer photos, long id) {
    return PhotoServer.list(
        photos
            .json("/intelligence/entities/" + id + "/similar?limit=20&score_threshold=0.2")
            .get("results"));
  }

  @Test
  @DisplayName("Look-alikes are found in videos, with the time; a video is found once")
  void lookAlikes() {
    List<Path> pictures = List.of(picture(1), picture(2), picture(3));
    long video = photos.upload(video("video.mp4", 2, pictures));
    long photo = photos.upload(pictures.get(1));
    photos.awaitStatus(video, "completed");
    photos.awaitStatus(photo, "completed");

    JsonNode hit =
        similar(photos, photo).stream()
            .filter(each -> each.get("entity_id").asLong() == video)
            .reduce(
                (a, b) -> {
                  throw new AssertionError("the video is found twice");
                })
            .orElseThrow();

    assertThat(hit.get("time_ms").asLong()).isBetween(2000L, 3999L);
    assertThat(hit.get("score").asDouble()).isGreaterThan(0.9);
    assertThat(similar(photos, video))
        .as("asked for the video, whichever frame is like the photo")
        .anyMatch(each -> each.get("entity_id").asLong() == photo && !each.has("time_ms"));
    assertThat(photos.count("embeddings WHERE kind = 'clip' AND entity_id = " + video))
        .isEqualTo(6);
    assertThat(photos.json("/intelligence/duplicates").toString())
        .as("a frame is nobody's duplicate")
        .doesNotContain("\"other_id\":" + video)
        .doesNotContain("\"entity_id\":" + video);
    assertRestHolds();
  }

  @Test
  @DisplayName("A video that is replaced, processed again or deleted leaves no vector of a frame")
  void comesAndGoes() {
    Path first = video("first.mp4", 2, List.of(picture(1), picture(2)));
    long video = photos.upload(first);
    long other = photos.upload(video("other.mp4", 3, List.of(picture(3))));
    photos.awaitStatus(video, "completed");

    replace(photos, video, video("second.mp4", 1, List.of(picture(4))));

    await()
        .atMost(PhotoServer.LONG)
        .untilAsserted(
            () ->
                assertThat(photos.state(video).path("last_processed_md5").asText())
                    .isEqualTo(photos.json("/entities/" + video).get("md5").asText()));
    photos.awaitStatus(video, "completed");
    assertThat(photos.count("embeddings WHERE kind = 'dino' AND entity_id = " + video)).isOne();
    HttpResponse<String> again = post(photos, "/intelligence/entities/" + other + "/reprocess");
    assertThat(again.statusCode()).as(again.body()).isEqualTo(202);
    photos.awaitStatus(other, "completed");
    photos.awaitStatus(video, "completed");
    awaitRest(photos);

    photos.delete(video);

    assertThat(photos.count("embeddings WHERE entity_id = " + video)).isZero();
    await().atMost(PhotoServer.LONG).untilAsserted(() -> new Equation(photos).assertHolds());
  }

  private static void assertRestHolds() {
    awaitRest(photos);
    await().atMost(PhotoServer.LONG).untilAsserted(() -> new Equation(photos).assertHolds());
  }

  private static void awaitRest(PhotoServer photos) {
    await()
        .atMost(PhotoServer.LONG)
        .until(() -> photos.bean(Pipeline.class).running(0, 1).isEmpty());
  }

  private static void replace(PhotoServer photos, long id, Path file) {
    HttpResponse<String> answer =
        photos
            .http()
            .multipart(
                "PUT",
                photos.http().store("/entities/" + id),
                null,
                Map.of("is_collection", "false", "label", "replaced"),
                "media_file",
                file);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  @Test
  @DisplayName("Unless it is asked for, videos are left alone; later they are looked at on demand")
  void turnedOn() {
    long video;
    try (PhotoServer off = PhotoServer.start(home)) {
      video = off.upload(Videos.silent(files.resolve("video.mp4"), 160, 120, 1));
      off.awaitStatus(off.upload(picture(1)), "completed");

      HttpResponse<String> answer = post(off, "/intelligence/entities/" + video + "/reprocess");

      assertThat(off.count("entity_intelligence WHERE entity_id = " + video)).isZero();
      assertThat(answer.statusCode()).isEqualTo(409);
      assertThat(answer.body()).contains("minsight.pipeline.videos.key-frames");
    }
    try (PhotoServer on = PhotoServer.start(home, ON)) {
      HttpResponse<String> answer = post(on, "/intelligence/reprocess", "status", "none");
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);

      on.awaitStatus(video, "completed");

      new Equation(on).assertHolds();
    }
  }

  private static HttpResponse<String> post(PhotoServer to, String path, String... form) {
    Map<String, String> fields = form.length == 0 ? Map.of() : Map.of(form[0], form[1]);
    return to.http().form("POST", to.http().store(path), null, fields);
  }

  @Test
  @DisplayName("The people of a video are the people of the photos; each face has its time")
  void people() {
    Path biden = PhotoServer.sharedPhoto("people/biden/biden_1.jpg");
    Path obama = PhotoServer.sharedPhoto("people/obama/obama_1.jpg");
    Path models = PhotoServer.sharedModel("README.md").getParent();
    assertThat(ModelsCommand.run("pull", "--from", models.toString(), "--home", home.toString()))
        .isZero();
    try (PhotoServer photos = PhotoServer.start(home, ON, "minsight.pipeline.videos.interval=1s")) {
      long video = photos.upload(video("people.mp4", 2, List.of(biden, obama, biden)));
      photos.awaitStatus(video, "completed");
      long photo = photos.upload(obama);
      photos.awaitStatus(photo, "completed");

      List<JsonNode> faces = photos.faces(video);

      Map<Long, Long> persons = new TreeMap<>(); // by time
      for (JsonNode face : faces) {
        assertThat(persons.put(face.get("time_ms").asLong(), face.get("known_person_id").asLong()))
            .as("one face a frame")
            .isNull();
      }
      assertThat(persons).hasSize(6);
      List<Long> inOrder = List.copyOf(persons.values());
      assertThat(inOrder.subList(0, 2)).containsOnly(inOrder.get(0));
      assertThat(inOrder.subList(2, 4)).containsOnly(inOrder.get(2));
      assertThat(inOrder.subList(4, 6)).containsOnly(inOrder.get(0));
      assertThat(inOrder.get(0)).isNotEqualTo(inOrder.get(2));
      assertThat(photos.faces(photo).get(0).get("known_person_id").asLong())
          .isEqualTo(inOrder.get(2));
      assertThat(photos.faces(photo).get(0).has("time_ms")).isFalse();
      new Equation(photos).assertHolds();
    }
  }

  @Test
  @DisplayName("A video that cannot be decoded fails with the reason")
  void broken() throws IOException {
    byte[] bytes = Files.readAllBytes(Videos.silent(files.resolve("video.mp4"), 320, 240, 3));
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    Arrays.fill(bytes, text.indexOf("mdat") + 4, text.indexOf("moov") - 4, (byte) 0);
    long video = photos.upload(Files.write(files.resolve("bad.mp4"), bytes));

    JsonNode state = photos.awaitStatus(video, "failed");

    assertThat(state.get("error_message").asText()).contains("video");
    assertRestHolds();
  }
}
