package dev.minsight.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.support.ApiException;
import dev.minsight.support.NotFoundException;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.TestServer;
import jakarta.persistence.EntityManager;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.ArrayList;
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

  private Query in(long parent) {
    return new Query().parent(parent);
  }

  private EntityPage list(Query query) {
    return server.bean(EntityLists.class).list(query.build());
  }

  private static List<Long> ids(EntityPage page) {
    return page.items().stream().map(EntityView::id).toList();
  }

  @Test
  @DisplayName(
      "AC-E27 Newest first; of equal times the higher id first, so that no page repeats one")
  void stableOrder() {
    List<Long> all = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      all.add(0, collection("c" + i));
    }
    jdbc.sql("UPDATE entities SET added_date = 5 WHERE parent_id = :id").param("id", home).update();

    List<Long> paged = new ArrayList<>();
    for (int page = 1; page <= 3; page++) {
      paged.addAll(ids(list(in(home).page(page, 3))));
    }

    assertThat(paged).isEqualTo(all);
  }

  @Test
  @DisplayName("A page beyond every number is empty and still counts")
  void farPage() {
    collection("one");

    EntityPage page = list(in(home).page(Long.MAX_VALUE, 100));

    assertThat(page.items()).isEmpty();
    assertThat(page.total()).isEqualTo(1);
  }

  @Test
  @DisplayName("Search takes % and _ literally and knows the case of every alphabet")
  void search() {
    long percent = collection("100% Äpfel");
    long plain = collection("1000 Birnen");
    long backslash = collection("a\\b_c");
    long described = entities.createCollection("x", "Sommer am МОРЕ", home);

    assertThat(ids(list(in(home).search("100%")))).containsExactly(percent);
    assertThat(ids(list(in(home).search("äPFEL")))).containsExactly(percent);
    assertThat(ids(list(in(home).search("_c")))).containsExactly(backslash);
    assertThat(ids(list(in(home).search("\\B")))).containsExactly(backslash);
    assertThat(ids(list(in(home).search("море")))).containsExactly(described);
    assertThat(ids(list(in(home).search("00")))).containsExactly(plain, percent);
  }

  @Test
  @DisplayName("AC-E26, AC-E28 Conditions are combined with AND; bounds are inclusive")
  void filters() {
    long small = file(100, home);
    long middle = file(200, home);
    long large = file(300, home);
    collection("not a file");

    assertThat(ids(list(in(home).size(200L, null)))).containsExactly(large, middle);
    assertThat(ids(list(in(home).size(100L, 200L)))).containsExactly(middle, small);
    assertThat(ids(list(in(home).size(101L, 199L)))).isEmpty();
    assertThat(list(in(home).collections(true)).total()).isEqualTo(1);
    assertThat(list(in(home).collections(false)).total()).isEqualTo(3);
    assertThat(list(in(home).collections(true).size(1L, null)).total()).isZero();
  }

  @Test
  @DisplayName(
      "AC-E17, D-75 Without the trash: nothing trashed, and nothing below anything trashed")
  void excludeDeleted() {
    long kept = collection("kept");
    long folder = collection("folder");
    long inner = entities.createCollection("inner", null, folder);
    long leaf = file(10, inner);
    long gone = file(10, home);
    trash(folder);
    trash(gone);

    assertThat(ids(list(in(home)))).containsExactly(gone, folder, kept);
    assertThat(ids(list(in(home).live()))).containsExactly(kept);
    assertThat(ids(list(in(inner)))).containsExactly(leaf);
    assertThat(ids(list(in(inner).live()))).isEmpty();
  }

  @Test
  @DisplayName("AC-H09 What lies below a trashed collection is indirectly deleted, at any depth")
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
    assertThat(list(in(parent)).items().get(0).isIndirectlyDeleted()).isTrue();
  }

  @Test
  @DisplayName("D-31 children_count is the live children, in lists as in single answers")
  void childrenCount() {
    long folder = collection("folder");
    file(10, folder);
    trash(file(10, folder));

    assertThat(entities.get(folder).childrenCount()).isEqualTo(1);
    assertThat(list(in(home)).items().get(0).childrenCount()).isEqualTo(1);
    assertThat(list(in(home).live()).items().get(0).childrenCount()).isEqualTo(1);
  }

  @Test
  @DisplayName("A parent must exist, be a collection, and not be in the trash")
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
  @DisplayName("AC-G10, AC-G11, AC-G12 A list of a version pages over those that have it")
  void listOfVersions() {
    List<Long> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      all.add(0, collection("old " + i));
    }
    for (long id : all.subList(0, 5)) {
      relabel(id, "new");
    }

    EntityPage first = list(in(home).version(1).page(1, 100));
    assertThat(first.total()).isEqualTo(10);
    assertThat(ids(first)).isEqualTo(all);
    assertThat(first.items()).extracting(EntityView::label).allMatch(l -> l.startsWith("old"));

    EntityPage second = list(in(home).version(2).page(2, 3));
    assertThat(second.total()).isEqualTo(5);
    assertThat(ids(second)).isEqualTo(all.subList(3, 5));
    assertThat(second.items()).extracting(EntityView::label).containsOnly("new");
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
  void ids() {
    long before = collection("a");
    assertThatThrownBy(() -> entities.createCollection("b", null, -1L));

    assertThat(collection("c")).isGreaterThan(before);
  }

  /** Builds an {@link EntityQuery} from what a test is about. */
  private static final class Query {
    private long page = 1;
    private int pageSize = 100;
    private Long version;
    private String search;
    private boolean live;
    private Long sizeMin;
    private Long sizeMax;
    private Long parent;
    private Boolean collections;

    Query page(long number, int size) {
      page = number;
      pageSize = size;
      return this;
    }

    Query version(long ordinal) {
      version = ordinal;
      return this;
    }

    Query search(String text) {
      search = text;
      return this;
    }

    Query live() {
      live = true;
      return this;
    }

    Query size(Long min, Long max) {
      sizeMin = min;
      sizeMax = max;
      return this;
    }

    Query parent(long id) {
      parent = id;
      return this;
    }

    Query collections(boolean only) {
      collections = only;
      return this;
    }

    EntityQuery build() {
      return new EntityQuery(
          page,
          pageSize,
          version,
          search,
          live,
          null,
          null,
          null,
          null,
          null,
          sizeMin,
          sizeMax,
          null,
          null,
          parent,
          collections);
    }
  }
}
