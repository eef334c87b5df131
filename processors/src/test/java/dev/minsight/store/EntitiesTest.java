package dev.minsight.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.support.ApiException;
import dev.minsight.support.NotFoundException;
import dev.minsight.testing.Contract;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.TestServer;
import jakarta.persistence.EntityManager;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class EntitiesTest {

  private static final AtomicLong SEEDS = new AtomicLong(System.nanoTime());

  private final TestServer server = OpenServer.shared();
  private final Entities entities = server.bean(Entities.class);
  private final JdbcClient jdbc = server.bean(JdbcClient.class);

  /** A collection of the test's own, so that what others leave in the server is not in its way. */
  private final long home = entities.createCollection("home", null, null);

  private long collection(String label) {
    return entities.createCollection(label, null, home);
  }

  private long file(int bytes, Long parent) {
    byte[] content = new byte[bytes];
    new Random(SEEDS.incrementAndGet()).nextBytes(content);
    content[0] = 0; // never the magic of anything
    Intake intake = server.bean(Intake.class);
    try (Staged staged = intake.stage(new ByteArrayInputStream(content), "file")) {
      return intake.store(staged, new NewMedia(null, null, parent, false)).entityId();
    }
  }

  private void trash(long id) {
    jdbc.sql("UPDATE entities SET is_deleted = TRUE WHERE id = :id").param("id", id).update();
  }

  private void relabel(long id, String label) {
    new TransactionTemplate(server.bean(PlatformTransactionManager.class))
        .executeWithoutResult(
            status ->
                ReflectionTestUtils.setField(
                    server.bean(EntityManager.class).find(MediaEntity.class, id), "label", label));
  }

  @Test
  @DisplayName("AC-H09 What lies below a trashed collection is indirectly deleted, at any depth")
  @Contract({"store.md 4.1 is_indirectly_deleted", "store.md 4.4 tree of a version"})
  void indirectlyDeleted() {
    long grandparent = collection("g");
    long parent = entities.createCollection("p", null, grandparent);
    long leaf = file(10, parent);
    assertThat(entities.get(leaf).isIndirectlyDeleted()).isFalse();

    trash(grandparent);

    assertThat(entities.get(leaf).isIndirectlyDeleted()).isTrue();
    assertThat(entities.get(leaf).isDeleted()).isFalse();
    assertThat(entities.get(leaf, 1).isIndirectlyDeleted()).isTrue();
    assertThat(entities.get(grandparent).isIndirectlyDeleted()).isFalse();
  }

  @Test
  @DisplayName("A parent must exist, be a collection, and not be in the trash")
  @Contract({
    "store.md 4.5 parent rules",
    "store.md 5 parent exists",
    "store.md 5 parent is a collection",
    "store.md 5 parent not in the trash"
  })
  void parentRules() {
    long leaf = file(10, home);
    long trashed = collection("trashed");
    trash(trashed);

    assertRefused(-1, "Cannot set parent_id to -1: parent entity does not exist");
    assertRefused(
        leaf,
        "Cannot set parent_id to %d: parent entity must be a collection. Entity %d is not a collection."
            .formatted(leaf, leaf));
    assertRefused(trashed, "Cannot set parent_id to " + trashed + ": parent entity is deleted");
  }

  private void assertRefused(long parent, String text) {
    assertThatThrownBy(() -> entities.createCollection("x", null, parent))
        .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.status()).isEqualTo(422))
        .hasMessage(text);
    assertThatThrownBy(() -> file(10, parent)).hasMessage(text);
  }

  @Test
  @DisplayName("Ten levels fit, the eleventh does not")
  @Contract("store.md 5 depth")
  void depth() {
    long level = home;
    for (int i = 2; i <= 10; i++) {
      level = entities.createCollection("level " + i, null, level);
    }
    long tenth = level;

    assertThatThrownBy(() -> entities.createCollection("level 11", null, tenth))
        .hasMessage("Maximum hierarchy depth exceeded. Max allowed depth is 10 levels.");
  }

  @Test
  @DisplayName("AC-G01, AC-G05, AC-G06 Versions are counted in the entity's own history, from 1")
  @Contract({"store.md 4.4 version", "store.md 12 all columns", "store.md 12 ordinals"})
  void versions() {
    long id = collection("first");
    collection("in between");
    relabel(id, "second");

    assertThat(entities.get(id, 1).label()).isEqualTo("first");
    assertThat(entities.get(id, 2).label()).isEqualTo("second");
    assertThat(entities.get(id).label()).isEqualTo("second");
    assertThatThrownBy(() -> entities.get(id, 99))
        .isInstanceOf(NotFoundException.class)
        .hasMessage("Entity " + id + " version 99 not found");
    assertThatThrownBy(() -> entities.get(id, 0)).isInstanceOf(NotFoundException.class);

    List<EntityVersion> versions = entities.versions(id);
    assertThat(versions).extracting(EntityVersion::version).containsExactly(1, 2);
    assertThat(versions)
        .extracting(EntityVersion::operationType)
        .containsExactly("INSERT", "UPDATE");
    assertThat(versions).extracting(EntityVersion::label).containsExactly("first", "second");
    assertThat(versions.get(0).endTransactionId()).isEqualTo(versions.get(1).transactionId());
    assertThat(versions.get(1).endTransactionId()).isNull();
  }

  @Test
  @DisplayName("Reading does not wait for a writer")
  void readersAndWriter() {
    long id = collection("read me");

    new TransactionTemplate(server.bean(PlatformTransactionManager.class))
        .executeWithoutResult(
            status -> {
              jdbc.sql("UPDATE entities SET label = 'x' WHERE id = :id").param("id", id).update();
              assertThat(CompletableFuture.supplyAsync(() -> entities.get(id)))
                  .succeedsWithin(Duration.ofSeconds(5))
                  .extracting(EntityView::label)
                  .isEqualTo("read me");
              status.setRollbackOnly();
            });
  }

  @Test
  @DisplayName("AC-C25 Ids ascend and are taken in the transaction that uses them")
  @Contract("store.md 4.1 id")
  void ids() {
    long before = collection("a");
    assertThatThrownBy(() -> entities.createCollection("b", null, -1L));

    assertThat(collection("c")).isGreaterThan(before);
  }
}
