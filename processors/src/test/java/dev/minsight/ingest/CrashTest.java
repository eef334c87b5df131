package dev.minsight.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.support.IdCounter;
import dev.minsight.support.MinsightProperties;
import dev.minsight.support.RetryableException;
import dev.minsight.support.Turns;
import dev.minsight.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The process dies at each point between two steps; the next start brings the file to its end. Real
 * store, real database, real folder; only the route is left out, so that the test decides when.
 */
class CrashTest {

  private static final AtomicLong SEED =
      new AtomicLong(UUID.randomUUID().getLeastSignificantBits());

  private final TestServer server = TestServer.shared();
  private final Claims claims = server.bean(Claims.class);
  private final Library library = server.bean(Library.class);

  @TempDir Path temp;
  private Inbox inbox;
  private FolderWatch watch;
  private byte[] photo;

  /** Where the process dies. */
  enum Death {
    AFTER_CLAIM,
    AFTER_STORE,
    AFTER_STORED_MARK,
    AFTER_REFUSED_MARK,
    AFTER_MOVE,
    AFTER_RECEIPT
  }

  private static final class Died extends Error {
    private static final long serialVersionUID = 1;
  }

  @BeforeEach
  void folder() throws IOException {
    inbox = new Inbox(server, Files.createDirectory(temp.resolve("inbox")));
    photo = Pictures.jpeg(SEED.incrementAndGet());
    watch = newWatch();
  }

  @AfterEach
  void release() {
    watch.release();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "AFTER_REFUSED_MARK")
  @DisplayName("A photo is one entity, in done/, with the receipt of a new one, wherever we died")
  void aPhotoSurvives(Death death) {
    Path file = inbox.drop("sub/photo.jpg", photo);

    dieAt(death, file);
    restart();

    JsonNode receipt = inbox.receipt("done", "sub/photo.jpg");
    assertThat(receipt.get("status").asText()).isEqualTo("done");
    assertThat(receipt.get("reason").isNull()).isTrue();
    assertThat(inbox.root().resolve("done/sub/photo.jpg")).hasBinaryContent(photo);
    long id = receipt.get("entity_id").asLong();
    assertThat(inbox.entity(id).get("label")).isEqualTo("photo.jpg");
    assertThat(inbox.files())
        .containsExactly("done/sub/photo.jpg", "done/sub/photo.jpg.receipt.json");
    assertThat(claims.unfinished(inbox.root())).isEmpty();
    assertThat(
            inbox.count(
                "SELECT COUNT(*) FROM ingest_claims WHERE root = ?", inbox.root().toString()))
        .isEqualTo(1);
    assertThat(
            inbox.count(
                "SELECT COUNT(*) FROM entities WHERE content_sha256 = ?",
                inbox.entity(id).get("content_sha256")))
        .isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.INCLUDE,
      names = {"AFTER_CLAIM", "AFTER_REFUSED_MARK", "AFTER_MOVE", "AFTER_RECEIPT"})
  @DisplayName("A bad file is in failed/ with its reason, wherever we died")
  void aBadFileSurvives(Death death) {
    Path file = inbox.drop("empty.jpg", new byte[0]);

    dieAt(death, file);
    restart();

    assertThat(inbox.refusal("empty.jpg")).isEqualTo("the file is empty (0 bytes)");
    assertThat(inbox.files()).containsExactly("failed/empty.jpg", "failed/empty.jpg.receipt.json");
    assertThat(claims.unfinished(inbox.root())).isEmpty();
  }

  @Test
  @DisplayName("A second copy that was in work when we died is known, not new")
  void aKnownPhotoStaysKnown() {
    take(folder(library, claims), inbox.drop("one.jpg", photo));
    long id = inbox.receipt("done", "one.jpg").get("entity_id").asLong();

    dieAt(Death.AFTER_STORE, inbox.drop("two.jpg", photo));
    restart();

    JsonNode receipt = inbox.receipt("done", "two.jpg");
    assertThat(receipt.get("status").asText()).isEqualTo("known");
    assertThat(receipt.get("entity_id").asLong()).isEqualTo(id);
  }

  @Test
  @DisplayName("The same file dropped again under its old name and date is known, not new")
  void droppedAgain() throws IOException {
    Path file = inbox.drop("again.jpg", photo);
    var date = Files.getLastModifiedTime(file);
    take(folder(library, claims), file);

    Files.setLastModifiedTime(inbox.drop("again.jpg", photo), date);
    take(folder(library, claims), file);

    assertThat(inbox.receipt("done", "again (2).jpg").get("status").asText()).isEqualTo("known");
  }

  @Test
  @DisplayName("A claimed file that its owner took away while we were down leaves a receipt")
  void takenAwayMeanwhile() throws IOException {
    inbox.drop("other.txt", new byte[] {1});
    Path file = inbox.drop("photo.jpg", photo);
    dieAt(Death.AFTER_CLAIM, file);
    Files.delete(file);

    restart();

    assertThat(inbox.receipt("failed", "photo.jpg").get("reason").asText()).contains("disappeared");
    assertThat(claims.unfinished(inbox.root())).isEmpty();
  }

  @Test
  @DisplayName(
      "An empty folder may be the mount point of a disk that is away: nothing is concluded")
  void anEmptyFolderProvesNothing() throws IOException {
    Path file = inbox.drop("photo.jpg", photo);
    dieAt(Death.AFTER_CLAIM, file);
    Path disk = Files.move(inbox.root(), temp.resolve("disk"));
    Files.createDirectory(inbox.root());

    restart();

    assertThat(inbox.files()).isEmpty();
    assertThat(claims.unfinished(inbox.root())).hasSize(1);
    watch.release();
    Files.delete(inbox.root().resolve(WatchedFolder.LOCK));
    Files.delete(inbox.root());
    Files.move(disk, inbox.root());

    restart();

    assertThat(inbox.receipt("done", "photo.jpg").get("status").asText()).isEqualTo("done");
  }

  @Test
  @DisplayName("A file that was replaced while we were down is taken as what it is now")
  void replacedMeanwhile() {
    Path file = inbox.drop("photo.jpg", photo);
    dieAt(Death.AFTER_STORED_MARK, file);
    byte[] other = Pictures.jpeg(SEED.incrementAndGet());
    inbox.drop("photo.jpg", java.util.Arrays.copyOf(other, other.length + 7));

    restart();

    assertThat(inbox.files())
        .containsExactly(
            "done/photo (2).jpg", "done/photo (2).jpg.receipt.json", "done/photo.jpg.receipt.json");
    assertThat(inbox.receipt("done", "photo.jpg").get("entity_id").asLong())
        .isNotEqualTo(inbox.receipt("done", "photo (2).jpg").get("entity_id").asLong());
  }

  @Test
  @DisplayName("A failure that may pass leaves the file, says why, and is tried again")
  void passingFailure() {
    Path file = inbox.drop("photo.jpg", photo);
    Library away =
        new Fragile(
            () -> {
              throw new RetryableException("the media folder is not there");
            });

    take(folder(away, claims), file);

    assertThat(file).exists();
    assertThat(watch.waiting().orElseThrow().reason())
        .isEqualTo("photo.jpg: the media folder is not there");
    assertThat(server.bean(RecentClaims.class).newest(200))
        .anySatisfy(
            taken -> {
              assertThat(taken.root()).isEqualTo(inbox.root());
              assertThat(taken.status()).isEqualTo("waiting");
              assertThat(taken.reason()).isEqualTo("the media folder is not there");
            });

    take(folder(library, claims), file);

    assertThat(inbox.receipt("done", "photo.jpg").get("status").asText()).isEqualTo("done");
    assertThat(watch.waiting()).isEmpty();
  }

  @Test
  @DisplayName("A surprise fails the one file, in words, and the next is taken")
  void surprise() {
    Library broken =
        new Fragile(
            () -> {
              throw new IllegalStateException("surprise");
            });

    take(folder(broken, claims), inbox.drop("photo.jpg", photo));

    assertThat(inbox.refusal("photo.jpg")).contains("unexpected problem").contains("surprise");
  }

  @Test
  @DisplayName("When done/ cannot be made the stored file waits and is put away later, as new")
  void cannotBePutAway() throws IOException {
    Path inTheWay = Files.writeString(inbox.root().resolve("done"), "a file");
    Path file = inbox.drop("photo.jpg", photo);

    take(folder(library, claims), file);

    assertThat(file).exists();
    assertThat(watch.waiting().orElseThrow().reason()).contains("put away");

    Files.delete(inTheWay);
    restart();

    assertThat(inbox.receipt("done", "photo.jpg").get("status").asText()).isEqualTo("done");
    assertThat(file).doesNotExist();
  }

  @Test
  @DisplayName("Only one server at a time has a folder")
  void oneServerAFolder() {
    FolderWatch other = newWatch();

    assertThat(watch.available()).isTrue();
    assertThat(other.available()).isFalse();
    assertThat(other.waiting().orElseThrow().reason()).contains("another");

    watch.release();

    assertThat(other.available()).isTrue();
    other.release();
  }

  private FolderWatch newWatch() {
    return new FolderWatch(new WatchedFolder(inbox.root(), "test"), Duration.ZERO);
  }

  private DropFolder folder(Library throughLibrary, Claims throughClaims) {
    return new DropFolder(throughClaims, throughLibrary, server.bean(MinsightProperties.class));
  }

  private void take(DropFolder folder, Path file) {
    folder.take(watch, file);
  }

  private void dieAt(Death death, Path file) {
    DropFolder mortal =
        folder(new Fragile(() -> dieIf(death == Death.AFTER_STORE)), new MortalClaims(death));
    assertThatThrownBy(() -> take(mortal, file)).isInstanceOf(Died.class);
    if (death == Death.AFTER_MOVE) {
      // The receipt is written between the move and the last mark; without it that is this point.
      for (String box : new String[] {"done", "failed"}) {
        Path receipt =
            Receipts.beside(inbox.root().resolve(box).resolve(inbox.root().relativize(file)));
        receipt.toFile().delete();
      }
    }
  }

  /** What the first poll after a start does: lock, repair, then take what is there. */
  private void restart() {
    watch.release();
    watch = newWatch();
    DropFolder folder = folder(library, claims);
    assertThat(watch.available()).isTrue();
    long now = System.currentTimeMillis();
    assertThat(watch.recoveryDue(now)).isTrue();
    watch.recovered(folder.recover(watch), now);
    for (String name : inbox.files()) {
      if (!name.startsWith("done/") && !name.startsWith("failed/")) {
        take(folder, inbox.root().resolve(name));
      }
    }
  }

  private static void dieIf(boolean now) {
    if (now) {
      throw new Died();
    }
  }

  /** The real store, with something happening right after it committed. */
  private final class Fragile implements Library {

    private final Runnable afterwards;

    Fragile(Runnable afterwards) {
      this.afterwards = afterwards;
    }

    @Override
    public long collection(Long parentId, String label) {
      return library.collection(parentId, label);
    }

    @Override
    public int deepestCollection() {
      return library.deepestCollection();
    }

    @Override
    public Outcome store(
        Path file, String name, Long parentId, String drop, BooleanSupplier unchanged) {
      Outcome outcome = library.store(file, name, parentId, drop, unchanged);
      afterwards.run();
      return outcome;
    }

    @Override
    public boolean created(long entityId, String drop) {
      return library.created(entityId, drop);
    }

    @Override
    public Optional<Long> createdBy(String drop) {
      return library.createdBy(drop);
    }
  }

  /** The real claims, dying before or after a step. */
  private final class MortalClaims extends Claims {

    private final Death death;

    MortalClaims(Death death) {
      super(
          server.bean(JdbcClient.class),
          server.bean(JdbcTemplate.class),
          server.bean(IdCounter.class),
          server.bean(Turns.class));
      this.death = death;
    }

    @Override
    public Optional<Claim> claim(Path root, Path source, FileFacts facts) {
      Optional<Claim> claim = claims.claim(root, source, facts);
      dieIf(death == Death.AFTER_CLAIM);
      return claim;
    }

    @Override
    public Claim stored(Claim claim, long entityId, String target, String reason) {
      Claim stored = claims.stored(claim, entityId, target, reason);
      dieIf(death == Death.AFTER_STORED_MARK);
      return stored;
    }

    @Override
    public Claim refused(Claim claim, String target, String reason) {
      Claim refused = claims.refused(claim, target, reason);
      dieIf(death == Death.AFTER_REFUSED_MARK);
      return refused;
    }

    @Override
    public Claim finish(Claim claim) {
      throw new Died();
    }
  }
}
