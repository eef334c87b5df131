package dev.minsight.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A watched folder as its user sees it, and what the database knows of it. */
record Inbox(TestServer server, Path root) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Puts a whole file into the folder in one step, as a move does. */
  Path drop(String name, byte[] bytes) {
    try {
      Path file = root.resolve(name);
      Files.createDirectories(file.getParent());
      Path draft = Files.createTempFile(server.home(), "draft", null);
      Files.write(draft, bytes);
      return Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the receipt of a file that went to {@code done} or {@code failed}. */
  JsonNode receipt(String box, String name) {
    Path receipt = Receipts.beside(root.resolve(box).resolve(name));
    Awaitility.await("receipt of " + name)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> Files.exists(receipt));
    return read(receipt);
  }

  static JsonNode read(Path receipt) {
    try {
      return JSON.readTree(receipt.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The reason why a file was refused; the file itself must lie beside its receipt. */
  String refusal(String name) {
    JsonNode receipt = receipt("failed", name);
    assertThat(receipt.get("status").asText()).isEqualTo("failed");
    assertThat(receipt.get("entity_id").isNull()).isTrue();
    assertThat(receipt.get("file").asText()).isEqualTo(name);
    assertThat(exists("failed/" + name)).isTrue();
    assertThat(exists(name)).isFalse();
    return receipt.get("reason").asText();
  }

  /** The entity that a dropped file became. */
  Map<String, Object> entity(String name) {
    JsonNode receipt = receipt("done", name);
    assertThat(receipt.get("status").asText()).isEqualTo("done");
    assertThat(receipt.get("reason").isNull()).isTrue();
    return entity(receipt.get("entity_id").asLong());
  }

  Map<String, Object> entity(long id) {
    return jdbc().sql("SELECT * FROM entities WHERE id = ?").param(id).query().singleRow();
  }

  boolean exists(String name) {
    return Files.exists(root.resolve(name), LinkOption.NOFOLLOW_LINKS);
  }

  long count(String sql, Object... params) {
    return jdbc().sql(sql).params(List.of(params)).query(Long.class).single();
  }

  JdbcClient jdbc() {
    return server.bean(JdbcClient.class);
  }

  /** All files below the folder, without the lock, relative. */
  List<String> files() {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
          .map(file -> root.relativize(file).toString())
          .filter(name -> !name.equals(WatchedFolder.LOCK))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
