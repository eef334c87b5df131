package dev.minsight.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.support.RetryableException;
import dev.minsight.support.UnprocessableMediaException;
import dev.minsight.testing.Contract;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MediaFolderTest {

  private static final String[] SETTINGS = {
    "minsight.auth.enabled=false", "minsight.media.max-bytes=100000"
  };

  @TempDir Path home;

  @Test
  @DisplayName(
      "While the media folder is away everything waits, nothing counts as gone, and it goes on")
  @Contract("store.md 9 clearing fails")
  void mediaFolderComesAndGoes() throws IOException {
    Path media = home.resolve("media");
    Path away = home.resolve("away");
    Path left = Pictures.write(media.resolve(".tmp/left-by-a-killed-server"), new byte[10]);
    long id;

    try (TestServer server = TestServer.start(home, SETTINGS)) {
      assertThat(media.resolve(MediaFiles.MARKER)).exists();
      assertThat(left).doesNotExist();
      id = upload(server, Pictures.noise("png", 10, 10, 1));
      tooLarge(server);

      Files.move(media, away);
      assertAway(server, id);
      assertThat(server.get(server.store("/actuator/health"), null).body()).contains("mediaFolder");

      Files.move(away, media);
      assertThat(server.bean(MediaFiles.class).available()).isTrue();
      assertThat(get(server, "/entities/" + id + "/media").statusCode()).isEqualTo(200);
    }

    Files.move(media, away);
    try (TestServer server = TestServer.start(home, SETTINGS)) {
      assertThat(media.resolve(MediaFiles.MARKER)).as("an empty mount point").doesNotExist();
      assertAway(server, id);
    }
  }

  private static HttpResponse<String> get(TestServer server, String path) {
    return server.get(server.store(path), null);
  }

  private static long upload(TestServer server, byte[] bytes) {
    Intake intake = server.bean(Intake.class);
    try (Staged staged = intake.stage(new ByteArrayInputStream(bytes), "a.png")) {
      return intake.store(staged, new NewMedia(null, null, null, true)).entityId();
    }
  }

  private static void assertAway(TestServer server, long id) {
    MediaFiles files = server.bean(MediaFiles.class);
    MediaEntity entity = server.bean(Entities.class).find(id).orElseThrow();
    assertThat(files.available()).isFalse();
    assertThatThrownBy(() -> files.original(entity))
        .isInstanceOf(RetryableException.class)
        .hasMessageContaining("the media folder")
        .hasMessageContaining("is not there");
    assertThatThrownBy(() -> upload(server, new byte[] {1})).isInstanceOf(RetryableException.class);
    assertThat(get(server, "/entities/" + id + "/media").statusCode()).isEqualTo(503);
    assertThat(get(server, "/entities/" + id).statusCode()).isEqualTo(200);
    assertThat(
            server.form("POST", server.store("/system/clear-orphans"), null, Map.of()).statusCode())
        .as("what cannot be looked at is not cleared")
        .isEqualTo(503);
    assertThat(
            server
                .form("POST", server.store("/entities"), null, Map.of("is_collection", "true"))
                .statusCode())
        .isEqualTo(201);
  }

  private void tooLarge(TestServer server) throws IOException {
    Intake intake = server.bean(Intake.class);
    assertThatThrownBy(() -> intake.stage(new ByteArrayInputStream(new byte[100_001]), "large"))
        .isInstanceOf(UnprocessableMediaException.class)
        .hasMessageContaining("larger than 100000 bytes");

    HttpResponse<String> answer =
        server.multipart(
            "POST",
            server.store("/entities"),
            null,
            Map.of("is_collection", "false"),
            "media_file",
            Pictures.write(home.resolve("large"), new byte[300_000]));
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(TestServer.json(answer).get("detail").asText()).contains("larger than 100000");
  }
}
