package dev.minsight.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.media.ContentDigest;
import dev.minsight.media.MediaType;
import dev.minsight.support.ApiException;
import dev.minsight.support.Caller;
import dev.minsight.support.UnprocessableMediaException;
import dev.minsight.testing.Contract;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.ApplicationEventMulticaster;
import org.springframework.jdbc.core.simple.JdbcClient;

class IntakeTest {

  private static final AtomicLong SEEDS = new AtomicLong(System.nanoTime());
  private static final NewMedia PLAIN = new NewMedia(null, null, null, false);
  private static final NewMedia CAREFUL = new NewMedia(null, null, null, true);

  private final TestServer server = OpenServer.shared();
  private final Intake intake = server.bean(Intake.class);
  private final Entities entities = server.bean(Entities.class);
  private final Path media = server.home().resolve("media");

  @TempDir Path folder;

  private static byte[] newPicture() {
    return Pictures.noise("png", 20, 10, SEEDS.incrementAndGet());
  }

  private Stored store(byte[] bytes, NewMedia details) {
    try (Staged staged = intake.stage(new ByteArrayInputStream(bytes), "some.name")) {
      return intake.store(staged, details);
    }
  }

  private MediaEntity stored(byte[] bytes) {
    return entities.find(store(bytes, PLAIN).entityId()).orElseThrow();
  }

  private List<Path> temporaryFiles() throws IOException {
    try (Stream<Path> files = Files.list(media.resolve(".tmp"))) {
      return files.toList();
    }
  }

  @Test
  @DisplayName("Staging measures the bytes and keeps a copy until it is discarded")
  void staging() throws IOException {
    Path original = Files.writeString(folder.resolve("a.txt"), "hello");

    Staged staged = intake.stage(original, "../a.txt");

    assertThat(staged.size()).isEqualTo(5);
    assertThat(staged.sha256())
        .isEqualTo("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    assertThat(staged.originalName()).isEqualTo("a.txt");
    assertThat(staged.file()).hasContent("hello");
    staged.discard();
    assertThat(staged.file()).doesNotExist();
    assertThat(original).hasContent("hello");
  }

  @Test
  @DisplayName("AC-I01, AC-C16 The original lies under day and digest, byte by byte as it came")
  @Contract({
    "store.md 4.1 file_path",
    "store.md 7 sizes of PNG and video",
    "store.md 8 media root",
    "store.md 8 original"
  })
  void placement() throws IOException {
    byte[] bytes = newPicture();

    MediaEntity entity = stored(bytes);

    String day = DateTimeFormatter.ofPattern("uuuu/MM/dd").format(LocalDate.now(ZoneOffset.UTC));
    assertThat(entity.filePath()).isEqualTo("store/" + day + "/" + entity.md5() + ".png");
    assertThat(media.resolve(entity.filePath())).hasBinaryContent(bytes);
    assertThat(entity.originalName()).isEqualTo("some.name");
    assertThat(entity.fileSize()).isEqualTo(bytes.length);
    assertThat(entity.width()).isEqualTo(20);
    assertThat(entity.height()).isEqualTo(10);
  }

  @Test
  @DisplayName("AC-C14 The entity notes on whose behalf it was stored")
  @Contract("store.md 4.5 dates and authors")
  void actor() {
    Stored stored = new Caller("u-7", null, null).call(() -> store(newPicture(), PLAIN));

    assertThat(entities.get(stored.entityId()).addedBy()).isEqualTo("u-7");
    assertThat(entities.get(stored.entityId()).updatedBy()).isEqualTo("u-7");
  }

  @Test
  @DisplayName(
      "AC-D06 Of equal files that come at the same time one is created, the others know it")
  @Contract("store.md 6 race of equal POSTs")
  void equalFilesAtOnce() throws Exception {
    byte[] bytes = newPicture();
    int twins = 8;
    CyclicBarrier start = new CyclicBarrier(twins);
    ExecutorService threads = Executors.newFixedThreadPool(twins);
    List<Callable<Stored>> tasks = new ArrayList<>();
    for (int i = 0; i < twins; i++) {
      tasks.add(
          () -> {
            start.await();
            return store(bytes, PLAIN);
          });
    }

    List<Stored> results = new ArrayList<>();
    for (Future<Stored> result : threads.invokeAll(tasks)) {
      results.add(result.get());
    }
    threads.shutdown();

    assertThat(results).filteredOn(Stored::created).hasSize(1);
    assertThat(results).extracting(Stored::entityId).containsOnly(results.get(0).entityId());
    MediaEntity entity = entities.find(results.get(0).entityId()).orElseThrow();
    assertThat(media.resolve(entity.filePath())).hasBinaryContent(bytes);
  }

  @Test
  @DisplayName(
      "AC-C27 When the row cannot be written, neither file nor row nor temporary copy stays")
  @Contract("store.md 4.5 insert fails")
  void rollback() throws IOException {
    byte[] bytes = newPicture();
    ApplicationEventMulticaster events =
        server.bean("applicationEventMulticaster", ApplicationEventMulticaster.class);
    ApplicationListener<PayloadApplicationEvent<EntityChanged>> failing =
        new ApplicationListener<>() {
          @Override
          public void onApplicationEvent(PayloadApplicationEvent<EntityChanged> event) {
            throw new IllegalStateException("the disk of the database is full");
          }

          @Override
          public boolean supportsAsyncExecution() {
            return false;
          }
        };
    events.addApplicationListener(failing);
    try {
      assertThatThrownBy(() -> store(bytes, PLAIN)).hasMessageContaining("database is full");
    } finally {
      events.removeApplicationListener(failing);
    }

    assertThat(target(bytes, "image/png", "png")).doesNotExist();
    assertThat(temporaryFiles()).isEmpty();
    Stored again = store(bytes, PLAIN);
    assertThat(again.created()).isTrue();
    assertThat(entities.versions(again.entityId())).hasSize(1);
  }

  @Test
  @DisplayName("A half-written file that a crash left in the place is replaced by the whole one")
  void crashBeforeTheRow() throws IOException {
    byte[] bytes = newPicture();
    Path target = target(bytes, "image/png", "png");
    Files.createDirectories(target.getParent());
    Files.write(target, Arrays.copyOf(bytes, bytes.length / 2));

    MediaEntity entity = stored(bytes);

    assertThat(media.resolve(entity.filePath())).isEqualTo(target).hasBinaryContent(bytes);
  }

  @Test
  @DisplayName("A whole file that a crash left in the place is taken over as it is")
  void crashAfterTheRename() throws IOException {
    byte[] bytes = newPicture();
    Path target = target(bytes, "image/png", "png");
    Files.createDirectories(target.getParent());
    Files.write(target, bytes);
    Object before = Files.readAttributes(target, "lastModifiedTime");

    MediaEntity entity = stored(bytes);

    assertThat(media.resolve(entity.filePath())).isEqualTo(target).hasBinaryContent(bytes);
    assertThat((Object) Files.readAttributes(target, "lastModifiedTime")).isEqualTo(before);
    assertThat(temporaryFiles()).isEmpty();
  }

  private Path target(byte[] bytes, String mime, String extension) throws IOException {
    Path copy = Files.write(folder.resolve("digest"), bytes);
    String digest = server.bean(ContentDigest.class).of(copy, MediaType.of(mime));
    String day = DateTimeFormatter.ofPattern("uuuu/MM/dd").format(LocalDate.now(ZoneOffset.UTC));
    return media.resolve("store/" + day + "/" + digest + "." + extension);
  }

  @Test
  @DisplayName(
      "A picture whose metadata alone was edited is the same content, and nothing is altered")
  void editedMetadata() {
    byte[] bytes = Pictures.noise("jpg", 32, 24, SEEDS.incrementAndGet());
    byte[] edited = withComment(bytes, "edited");

    Stored first = store(bytes, PLAIN);
    Stored second = store(edited, new NewMedia("other", "other", null, false));

    assertThat(second).isEqualTo(new Stored(first.entityId(), false));
    MediaEntity entity = entities.find(first.entityId()).orElseThrow();
    assertThat(media.resolve(entity.filePath())).hasBinaryContent(bytes);
    assertThat(entity.label()).isNull();
  }

  /** Puts a COM segment (ITU T.81 B.2.4.5) behind the start of the JPEG. */
  private static byte[] withComment(byte[] jpeg, String comment) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 2);
    out.writeBytes(new byte[] {(byte) 0xff, (byte) 0xfe, 0, (byte) (comment.length() + 2)});
    out.writeBytes(comment.getBytes(StandardCharsets.US_ASCII));
    out.write(jpeg, 2, jpeg.length - 2);
    return out.toByteArray();
  }

  @Test
  @DisplayName(
      "AC-D07 Pictures of one colour and as many pixels, but another shape, are two entities")
  void shapeIsContent() {
    int colour = new Random(SEEDS.incrementAndGet()).nextInt(1 << 24);

    Stored wide = store(Pictures.plain("png", 100, 50, colour), PLAIN);
    Stored high = store(Pictures.plain("png", 50, 100, colour), PLAIN);

    assertThat(wide.created()).isTrue();
    assertThat(high.created()).isTrue();
    assertThat(high.entityId()).isNotEqualTo(wide.entityId());
  }

  @Test
  @DisplayName("AC-D05 Content of the trash is a conflict that names it, and its file stays")
  @Contract("store.md 6 POST of trashed content")
  void trashedContent() {
    byte[] bytes = newPicture();
    MediaEntity trashed = stored(bytes);
    server
        .bean(JdbcClient.class)
        .sql("UPDATE entities SET is_deleted = TRUE WHERE id = :id")
        .param("id", trashed.id())
        .update();

    assertThatThrownBy(() -> store(bytes, PLAIN))
        .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.status()).isEqualTo(409))
        .hasMessageContaining("existing entity " + trashed.id());
    assertThat(media.resolve(trashed.filePath())).hasBinaryContent(bytes);
  }

  @Test
  @DisplayName("An empty file is refused in plain words")
  void emptyFile() throws IOException {
    assertThatThrownBy(() -> store(new byte[0], CAREFUL))
        .isInstanceOf(UnprocessableMediaException.class)
        .hasMessage("the file is empty");
    assertThat(temporaryFiles()).isEmpty();
  }

  @Test
  @DisplayName(
      "What begins like a picture and is none: a file for REST, an error for the drop folder")
  void damagedPicture() {
    byte[] bytes = new byte[600];
    new Random(SEEDS.incrementAndGet()).nextBytes(bytes);
    bytes[0] = (byte) 0xff;
    bytes[1] = (byte) 0xd8;
    bytes[2] = (byte) 0xff;
    bytes[3] = (byte) 0xd9;

    assertThatThrownBy(() -> store(bytes, CAREFUL))
        .isInstanceOf(UnprocessableMediaException.class)
        .hasMessageContaining("header is damaged");
    MediaEntity entity = stored(bytes);
    assertThat(entity.width()).isNull();
    assertThat(entity.mimeType()).isEqualTo("image/jpeg");
    assertThat(entity.md5()).hasSize(128);
  }

  @Test
  @DisplayName("A picture that claims more pixels than the limit is refused either way")
  void hugeClaim() {
    byte[] bytes = newPicture();
    // PNG: width and height stand at 16 and 20 (section 11.2.2); the claim's checksum is wrong too.
    bytes[16] = 0;
    bytes[17] = 0;
    bytes[18] = (byte) 0x75;
    bytes[19] = 0x30;
    bytes[20] = 0;
    bytes[21] = 0;
    bytes[22] = (byte) 0x75;
    bytes[23] = 0x30;

    assertThatThrownBy(() -> store(bytes, PLAIN))
        .isInstanceOf(UnprocessableMediaException.class)
        .hasMessageContaining("30000 x 30000");
    assertThatThrownBy(() -> store(bytes, CAREFUL)).isInstanceOf(UnprocessableMediaException.class);
  }

  @Test
  @DisplayName("A source that breaks off leaves nothing behind")
  void brokenSource() throws IOException {
    InputStream broken =
        new InputStream() {
          private int left = 1000;

          @Override
          public int read() throws IOException {
            if (left-- <= 0) {
              throw new IOException("the cable was pulled");
            }
            return 1;
          }
        };

    assertThatThrownBy(() -> intake.stage(broken, "x")).hasMessageContaining("cable was pulled");
    assertThat(temporaryFiles()).isEmpty();
  }

  @Test
  @DisplayName("A symbolic link is not followed")
  void symbolicLink() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "secret");
    Path link = Files.createSymbolicLink(folder.resolve("link.jpg"), secret);

    assertThatThrownBy(() -> intake.stage(link, "link.jpg")).hasMessageContaining("link.jpg");
    assertThat(temporaryFiles()).isEmpty();
  }
}
