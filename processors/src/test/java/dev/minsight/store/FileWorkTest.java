package dev.minsight.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.Contract;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

class FileWorkTest {

  private final TestServer server = OpenServer.shared();

  @Test
  @DisplayName("AC-I04 A file that cannot be removed now does not stop the deletion; it goes later")
  @Contract("store.md 4.7 failures are made good")
  void stubbornFile(@TempDir Path folder) throws IOException {
    Path picture =
        Pictures.write(folder.resolve("a.png"), Pictures.noise("png", 8, 8, System.nanoTime()));
    long id =
        TestServer.json(
                server.multipart(
                    "POST",
                    server.store("/entities"),
                    null,
                    Map.of("is_collection", "false"),
                    "media_file",
                    picture))
            .get("id")
            .asLong();
    MediaEntity entity = server.bean(Entities.class).find(id).orElseThrow();
    Path original = server.bean(MediaFiles.class).original(entity);
    // A folder that holds something, where the preview should be: unlinking it fails for everybody.
    Path inTheWay = Path.of(original + ".tb.png");
    Files.deleteIfExists(inTheWay);
    Path held = Files.createDirectories(inTheWay.resolve("held"));

    server.form("PATCH", server.store("/entities/" + id), null, Map.of("is_deleted", "true"));
    int status = server.delete(server.store("/entities/" + id), null).statusCode();

    assertThat(status).isEqualTo(204);
    assertThat(server.get(server.store("/entities/" + id), null).statusCode()).isEqualTo(404);
    assertThat(inTheWay).exists();
    assertThat(waiting(entity)).isOne();

    Files.delete(held);
    server.bean(FileWork.class).finishDue(false);

    assertThat(original).doesNotExist();
    assertThat(inTheWay).doesNotExist();
    assertThat(waiting(entity)).isZero();
  }

  private long waiting(MediaEntity entity) {
    return server
        .bean(JdbcClient.class)
        .sql("SELECT COUNT(*) FROM file_work WHERE path = :path")
        .param("path", entity.filePath())
        .query(Long.class)
        .single();
  }
}
