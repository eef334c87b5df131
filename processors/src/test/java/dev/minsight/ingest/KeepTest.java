package dev.minsight.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders whose files stay: a photo library that is only to be read. */
class KeepTest {

  @TempDir Path temp;

  @Test
  @DisplayName(
      "keep: files stay untouched and are taken once, also after a restart; a changed one again")
  void keep() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("library"));
    byte[] photo = Pictures.jpeg(1);
    long first;
    try (TestServer server = start(folder, "keep")) {
      Inbox inbox = new Inbox(server, folder);
      inbox.drop("a/one.jpg", photo);
      inbox.drop("empty.jpg", new byte[0]);

      first = inbox.receipt("done", "a/one.jpg").get("entity_id").asLong();
      inbox.receipt("failed", "empty.jpg");
      inbox.drop("marker.jpg", Pictures.jpeg(2));
      inbox.receipt("done", "marker.jpg");

      assertThat(inbox.files())
          .containsExactlyInAnyOrder(
              "a/one.jpg",
              "empty.jpg",
              "marker.jpg",
              "done/a/one.jpg.receipt.json",
              "done/marker.jpg.receipt.json",
              "failed/empty.jpg.receipt.json");
    }
    try (TestServer server = start(folder, "keep")) {
      Inbox inbox = new Inbox(server, folder);
      List<String> before = inbox.files();
      inbox.drop("marker2.jpg", Pictures.jpeg(3));
      inbox.receipt("done", "marker2.jpg");
      assertThat(inbox.files()).hasSize(before.size() + 2);

      inbox.drop("a/one.jpg", Pictures.jpeg(4));
      assertThat(inbox.receipt("done", "a/one (2).jpg").get("entity_id").asLong())
          .isNotEqualTo(first);
      assertThat(folder.resolve("a/one.jpg")).hasBinaryContent(Pictures.jpeg(4));
    }
  }

  @Test
  @DisplayName("copy: done/ gets a copy beside the receipt, the original stays")
  void copy() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("library"));
    try (TestServer server = start(folder, "copy")) {
      Inbox inbox = new Inbox(server, folder);
      byte[] photo = Pictures.jpeg(5);
      Path file = inbox.drop("one.jpg", photo);
      inbox.drop("empty.jpg", new byte[0]);

      inbox.receipt("done", "one.jpg");
      inbox.receipt("failed", "empty.jpg");

      assertThat(folder.resolve("done/one.jpg")).hasBinaryContent(photo);
      assertThat(Files.getLastModifiedTime(folder.resolve("done/one.jpg")).toMillis())
          .isEqualTo(Files.getLastModifiedTime(file).toMillis());
      assertThat(inbox.files())
          .containsExactlyInAnyOrder(
              "one.jpg",
              "empty.jpg",
              "done/one.jpg",
              "done/one.jpg.receipt.json",
              "failed/empty.jpg.receipt.json");
    }
  }

  private TestServer start(Path folder, String after) {
    return TestServer.start(
        temp.resolve("home"),
        "minsight.ingest.stable-for=300ms",
        "minsight.ingest.poll-every=100ms",
        "minsight.ingest.watch=" + folder,
        "minsight.ingest.after=" + after);
  }
}
