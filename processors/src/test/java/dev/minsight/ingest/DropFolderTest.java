package dev.minsight.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.testing.TestServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.actuate.health.HealthEndpoint;

/** The whole way: a real folder, the real route, the real store. */
class DropFolderTest {

  @TempDir static Path temp;

  private static TestServer server;
  private static Inbox inbox;
  private static Inbox watched;

  @BeforeAll
  static void start() throws IOException {
    Path odd = Files.createDirectories(temp.resolve("My Ph\u00f6tos & 50%25 more? + #1; {{a}}=b"));
    server =
        TestServer.start(
            temp.resolve("home"),
            "minsight.ingest.stable-for=400ms",
            "minsight.ingest.poll-every=100ms",
            "minsight.ingest.watch=" + odd,
            "minsight.media.max-bytes=2000000");
    inbox = new Inbox(server, server.home().resolve("inbox"));
    watched = new Inbox(server, odd);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  @DisplayName("A photo becomes an entity, moves to done/ unaltered, and gets a receipt")
  void aPhotoIsTaken() throws IOException {
    byte[] photo = Pictures.jpeg(100);

    inbox.drop("IMG 1.jpg", photo);

    Map<String, Object> entity = inbox.entity("IMG 1.jpg");
    assertThat(entity.get("label")).isEqualTo("IMG 1.jpg");
    assertThat(entity.get("parent_id")).isNull();
    assertThat(entity.get("width")).isEqualTo(64);
    assertThat(inbox.root().resolve("done/IMG 1.jpg")).hasBinaryContent(photo);
    assertThat(inbox.exists("IMG 1.jpg")).isFalse();
    JsonNode receipt = inbox.receipt("done", "IMG 1.jpg");
    assertThat(receipt.get("file").asText()).isEqualTo("IMG 1.jpg");
    assertThat(receipt.get("at").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
  }

  @Test
  @DisplayName("The same content again is answered with the entity it is, and nothing new is made")
  void theSameAgainIsKnown() {
    byte[] photo = Pictures.jpeg(101);
    inbox.drop("first.jpg", photo);
    long id = ((Number) inbox.entity("first.jpg").get("id")).longValue();

    inbox.drop("second.jpg", photo);

    JsonNode receipt = inbox.receipt("done", "second.jpg");
    assertThat(receipt.get("status").asText()).isEqualTo("known");
    assertThat(receipt.get("reason").asText()).isEqualTo("already known as entity " + id);
    assertThat(receipt.get("entity_id").asLong()).isEqualTo(id);
    assertThat(
            inbox.count(
                "SELECT COUNT(*) FROM entities WHERE id >= ? AND label IN ('first.jpg', 'second.jpg')",
                id))
        .isEqualTo(1);
  }

  @Test
  @DisplayName("A name that was used before is numbered, never overwritten")
  void namesAreNumbered() throws IOException {
    inbox.drop("again.jpg", Pictures.jpeg(102));
    inbox.receipt("done", "again.jpg");

    byte[] other = Pictures.jpeg(103);
    inbox.drop("again.jpg", other);

    assertThat(inbox.receipt("done", "again (2).jpg").get("file").asText()).isEqualTo("again.jpg");
    assertThat(inbox.root().resolve("done/again.jpg")).hasBinaryContent(Pictures.jpeg(102));
    assertThat(inbox.root().resolve("done/again (2).jpg")).hasBinaryContent(other);
  }

  @Test
  @DisplayName("Sub-folders become collections, each once, and are kept in done/")
  void subFoldersBecomeCollections() {
    inbox.drop("Holiday/Day 1/a.jpg", Pictures.jpeg(104));
    inbox.drop("Holiday/Day 1/b.jpg", Pictures.jpeg(105));
    inbox.drop("Holiday/c.jpg", Pictures.jpeg(106));

    Map<String, Object> a = inbox.entity("Holiday/Day 1/a.jpg");
    Map<String, Object> b = inbox.entity("Holiday/Day 1/b.jpg");
    Map<String, Object> c = inbox.entity("Holiday/c.jpg");
    Map<String, Object> day = inbox.entity(((Number) a.get("parent_id")).longValue());

    assertThat(a.get("label")).isEqualTo("a.jpg");
    assertThat(b.get("parent_id")).isEqualTo(a.get("parent_id"));
    assertThat(day.get("label")).isEqualTo("Day 1");
    assertThat(day.get("parent_id")).isEqualTo(c.get("parent_id"));
    assertThat(inbox.exists("done/Holiday/Day 1/a.jpg")).isTrue();
  }

  @Test
  @DisplayName("Below the deepest level that collections may have, the deepest one takes all")
  void deeperThanTheHierarchy() {
    String deep = "l1/l2/l3/l4/l5/l6/l7/l8/l9/l10/l11/deep.jpg";

    inbox.drop(deep, Pictures.jpeg(107));

    Map<String, Object> parent =
        inbox.entity(((Number) inbox.entity(deep).get("parent_id")).longValue());
    assertThat(parent.get("label")).isEqualTo("l9");
  }

  @Test
  @DisplayName("A text and any other bytes are stored as what they are")
  void otherFilesAreStored() {
    inbox.drop("notes.txt", "just words\n".getBytes(StandardCharsets.UTF_8));
    byte[] bytes = new byte[500];
    new java.util.Random(5).nextBytes(bytes);
    inbox.drop("noise.bin", bytes);

    assertThat(inbox.entity("notes.txt").get("type")).isEqualTo("text");
    assertThat(inbox.entity("noise.bin").get("type")).isEqualTo("file");
  }

  @Test
  @DisplayName("Bad files each get a receipt that says why; the good one between them is taken")
  void badFiles() throws Exception {
    Path outside = Files.write(temp.resolve("outside.jpg"), Pictures.jpeg(110));
    Files.createDirectories(inbox.root().resolve("bad"));
    inbox.drop("bad/empty.jpg", new byte[0]);
    inbox.drop("bad/truncated.jpg", Pictures.truncated(Pictures.jpeg(111)));
    inbox.drop("bad/truncated.png", Pictures.truncated(Pictures.png(112)));
    inbox.drop("bad/corrupt.png", Pictures.corrupt());
    inbox.drop("bad/bomb.png", Pictures.bomb());
    inbox.drop("bad/good.jpg", Pictures.jpeg(113));
    inbox.drop("bad/large.bin", new byte[2_000_001]);
    Files.createSymbolicLink(inbox.root().resolve("bad/link.jpg"), outside);
    Files.createSymbolicLink(inbox.root().resolve("bad/broken.jpg"), Path.of("nowhere"));
    Files.createSymbolicLink(inbox.root().resolve("bad/loop"), inbox.root());
    Files.createSymbolicLink(inbox.root().resolve("bad/folder"), temp);
    run("mkfifo", inbox.root().resolve("bad/pipe").toString());

    assertThat(inbox.refusal("bad/empty.jpg")).isEqualTo("the file is empty (0 bytes)");
    assertThat(inbox.refusal("bad/bomb.png")).contains("40000");
    assertThat(inbox.refusal("bad/large.bin")).contains("2,000,001").contains("2,000,000");
    for (String name : List.of("truncated.jpg", "truncated.png", "corrupt.png")) {
      assertThat(inbox.refusal("bad/" + name)).isNotBlank().doesNotContain("Exception");
    }
    for (String name : List.of("link.jpg", "broken.jpg", "loop", "folder")) {
      assertThat(inbox.refusal("bad/" + name))
          .isEqualTo("it is a symbolic link; copy the file itself");
    }
    assertThat(inbox.refusal("bad/pipe")).isEqualTo("it is not a regular file");
    assertThat(inbox.entity("bad/good.jpg").get("label")).isEqualTo("good.jpg");
    assertThat(outside).exists();
  }

  @Test
  @DisplayName("A file that the server may not read is refused in plain words")
  void unreadable() throws Exception {
    Assumptions.assumeFalse(
        "root".equals(System.getProperty("user.name")), "skipped: root may read everything");
    Path file = inbox.drop("secret.jpg", Pictures.jpeg(114));
    run("chmod", "000", file.toString());

    assertThat(inbox.refusal("secret.jpg")).contains("permission denied");
  }

  @Test
  @DisplayName(
      "Odd names are kept: spaces, quotes, leading dash, NFC beside NFD, 255 bytes, newline")
  void oddNames() {
    String nfc = Normalizer.normalize("Zo\u00eb.jpg", Form.NFC);
    String nfd = Normalizer.normalize(nfc, Form.NFD);
    String longest = "\u00e9".repeat(125) + "x.jpg";
    List<String> names =
        List.of(
            "-rf.jpg",
            "  two  spaces .jpg",
            "'quoted'",
            "\"double\"",
            "a${body}.jpg",
            "per%20cent+?&#;.jpg",
            "line\nbreak.jpg",
            "back\\slash.jpg",
            "\ud83d\ude00.jpg",
            nfc,
            nfd,
            longest);
    assertThat(longest.getBytes(StandardCharsets.UTF_8)).hasSize(255);

    for (int i = 0; i < names.size(); i++) {
      watched.drop(names.get(i), Pictures.jpeg(200 + i));
    }

    for (String name : names) {
      assertThat(watched.entity(name).get("label")).isEqualTo(name);
      assertThat(watched.exists("done/" + name)).isTrue();
    }
  }

  @Test
  @DisplayName("A name that is not valid Unicode is refused with a receipt, not passed over")
  void unsayableName() throws Exception {
    run("sh", "-c", "printf x > \"$0/$(printf 'caf\\351.jpg')\"", watched.root().toString());

    assertThat(watched.receipt("failed", "caf\ufffd.jpg").get("reason").asText())
        .isEqualTo("its name is not valid Unicode (UTF-8); rename it");
    assertThat(watched.exists("failed/caf\ufffd.jpg")).isTrue();
  }

  @Test
  @DisplayName("A file that is still being written is taken once, and whole")
  void slowWriter() throws Exception {
    byte[] photo = Pictures.jpeg(300);
    Path file = inbox.root().resolve("slow.jpg");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      int step = photo.length / 12 + 1;
      for (int at = 0; at < photo.length; at += step) {
        channel.write(ByteBuffer.wrap(photo, at, Math.min(step, photo.length - at)));
        Thread.sleep(150); // this is the slow writer, not the test waiting
        assertThat(file).exists();
      }
    }

    Map<String, Object> entity = inbox.entity("slow.jpg");
    assertThat(((Number) entity.get("file_size")).longValue()).isEqualTo(photo.length);
    assertThat(inbox.count("SELECT COUNT(*) FROM entities WHERE label = 'slow.jpg'")).isEqualTo(1);
  }

  @Test
  @DisplayName("Hidden and half-downloaded files stay untouched until they get their real name")
  void partialFilesWait() throws IOException {
    inbox.drop("movie.jpg.crdownload", Pictures.jpeg(301));
    inbox.drop(".hidden/x.jpg", Pictures.jpeg(302));
    inbox.drop("marker.jpg", Pictures.jpeg(303));
    inbox.receipt("done", "marker.jpg");

    assertThat(inbox.exists("movie.jpg.crdownload")).isTrue();
    assertThat(inbox.exists(".hidden/x.jpg")).isTrue();

    Files.move(inbox.root().resolve("movie.jpg.crdownload"), inbox.root().resolve("movie.jpg"));

    assertThat(inbox.entity("movie.jpg").get("label")).isEqualTo("movie.jpg");
  }

  @Test
  @DisplayName("A refused file that is mended and moved back with its receipt is taken")
  void movedBackWithItsReceipt() throws IOException {
    inbox.drop("mended.jpg", new byte[0]);
    inbox.refusal("mended.jpg");
    Path failed = inbox.root().resolve("failed");
    Files.move(
        failed.resolve("mended.jpg.receipt.json"), inbox.root().resolve("mended.jpg.receipt.json"));

    inbox.drop("mended.jpg", Pictures.jpeg(304));

    assertThat(inbox.entity("mended.jpg").get("label")).isEqualTo("mended.jpg");
    assertThat(inbox.exists("mended.jpg.receipt.json")).isTrue();
  }

  @Test
  @DisplayName("A file that vanished before it could be read leaves a receipt")
  void vanished() {
    inbox.drop("done/keepme/present.txt", new byte[] {1});

    server
        .bean(DropFolder.class)
        .take(server.bean(WatchedFolders.class).at(inbox.root()), inbox.root().resolve("gone.jpg"));

    JsonNode receipt = inbox.receipt("failed", "gone.jpg");
    assertThat(receipt.get("reason").asText()).contains("disappeared");
  }

  @Test
  @DisplayName(
      "A folder that is away pauses with a note and resumes by itself; nothing is made there")
  void folderAway() throws IOException {
    WatchedFolders folders = server.bean(WatchedFolders.class);
    Path elsewhere = temp.resolve("elsewhere");
    watched.drop("before.jpg", Pictures.jpeg(305));
    watched.receipt("done", "before.jpg");

    Files.move(watched.root(), elsewhere);

    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> !folders.waiting().isEmpty());
    assertThat(folders.waiting().get(0).reason()).contains("not there");
    assertThat(server.bean(HealthEndpoint.class).healthForPath("ingest").getStatus().getCode())
        .isEqualTo("UP");
    assertThat(watched.root()).doesNotExist();

    Files.move(elsewhere, watched.root());
    watched.drop("after.jpg", Pictures.jpeg(306));

    assertThat(watched.entity("after.jpg").get("label")).isEqualTo("after.jpg");
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> folders.waiting().isEmpty());
  }

  @Test
  @DisplayName("The pages can list what was taken last")
  void recentClaims() {
    inbox.drop("listed/one.jpg", Pictures.jpeg(307));
    long id = ((Number) inbox.entity("listed/one.jpg").get("id")).longValue();

    List<RecentClaims.Taken> newest = server.bean(RecentClaims.class).newest(50);

    assertThat(newest)
        .anySatisfy(
            taken -> {
              assertThat(taken.name()).isEqualTo("listed/one.jpg");
              assertThat(taken.root()).isEqualTo(inbox.root());
              assertThat(taken.status()).isEqualTo("done");
              assertThat(taken.entityId()).isEqualTo(id);
            });
  }

  @Test
  @DisplayName("The pages can list what was refused, until somebody takes the file away")
  void refusedFiles() throws IOException {
    RecentClaims claims = server.bean(RecentClaims.class);
    inbox.drop("sub/nothing.jpg", new byte[0]);
    String reason = inbox.refusal("sub/nothing.jpg");
    Path lies = inbox.root().resolve("failed/sub/nothing.jpg");

    assertThat(claims.refused(50))
        .anySatisfy(
            refused -> {
              assertThat(refused.name()).isEqualTo("sub/nothing.jpg");
              assertThat(refused.file()).isEqualTo(lies);
              assertThat(refused.reason()).isEqualTo(reason);
            });
    Files.delete(lies);
    assertThat(claims.refused(50)).noneMatch(refused -> refused.file().equals(lies));
  }

  private static void run(String... command) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}
