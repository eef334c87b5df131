package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.testing.Contract;
import dev.minsight.testing.Pictures;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/** What a new start makes good. Starting takes seconds, so one test goes through several starts. */
class RestartTest {

  @TempDir Path home;

  private PhotoServer photos;

  @AfterEach
  void stop() {
    if (photos != null) {
      photos.close();
    }
  }

  private void restart(String... properties) {
    if (photos != null) {
      photos.close();
    }
    photos = PhotoServer.start(home, properties);
  }

  @Test
  @DisplayName(
      "AC-M13 Photos whose process was lost start again; fault: index folder deleted or truncated"
          + " while the server is down: it is built again from the table")
  @Contract("pipeline.md 1 a restart catches up")
  void madeGood() throws IOException {
    // without workers the photos are started but nothing of them is done
    restart("minsight.roles=auth,store,compute,insight");
    long lost = photos.upload("lost.png", Pictures.noise("png", 64, 64, 1));
    long unnoted = photos.upload("unnoted.png", Pictures.noise("png", 64, 64, 2));
    for (long id : List.of(lost, unnoted)) {
      photos.awaitState(id, state -> !state.isNull() && photos.row(id).processId() != null);
    }
    String process = photos.row(unnoted).processId();
    // killed after the rows were written, before the engine had the one process ...
    photos.engine().lose(photos.row(lost).processId());
    // ... and after it had the other, before that was noted
    photos.write(
        () ->
            photos
                .jdbc()
                .sql(
                    "UPDATE entity_intelligence SET process_id = NULL WHERE entity_id = " + unnoted)
                .update());

    restart();

    photos.awaitStatus(lost, "completed");
    photos.awaitStatus(unnoted, "completed");
    assertThat(photos.row(unnoted).processId()).isEqualTo(process);
    assertThat(photos.jobs(lost)).hasSize(3);
    List<JsonNode> before = alike(lost);
    assertThat(before).isNotEmpty();

    photos.close();
    photos = null;
    assertThat(home.resolve("vectors")).isNotEmptyDirectory();
    FileSystemUtils.deleteRecursively(home.resolve("vectors"));
    restart();
    photos.awaitState(lost, state -> photos.bean(VectorCollections.class).checked());
    assertThat(alike(lost)).isEqualTo(before);

    photos.close();
    photos = null;
    int cut = 0;
    try (Stream<Path> files = Files.walk(home.resolve("vectors"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.truncate(channel.size() / 2);
          cut++;
        }
      }
    }
    assertThat(cut).isPositive();
    restart();
    photos.awaitState(lost, state -> photos.bean(VectorCollections.class).checked());
    assertThat(alike(lost)).isEqualTo(before);
    await()
        .atMost(PhotoServer.LONG)
        .untilAsserted(
            () -> assertThat(photos.get("/actuator/health").statusCode()).isEqualTo(200));
    new Equation(photos).awaitHolds();
  }

  private List<JsonNode> alike(long id) {
    return PhotoServer.list(
        photos.json("/intelligence/entities/" + id + "/similar?score_threshold=0").get("results"));
  }
}
