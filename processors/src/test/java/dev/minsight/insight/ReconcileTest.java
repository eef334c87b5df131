package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.Contract;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which changes become work; a server that does not reconcile by itself, so the test does. */
class ReconcileTest {

  private static PhotoServer photos;
  private static int seed;

  private Reconcile reconcile;
  private IntelligenceTable table;

  @BeforeAll
  static void start(@TempDir Path home) {
    photos = PhotoServer.start(home, "minsight.roles=auth,store,compute");
  }

  @AfterAll
  static void stop() {
    photos.close();
  }

  @BeforeEach
  void catchUp() {
    reconcile = photos.bean(Reconcile.class);
    table = photos.bean(IntelligenceTable.class);
    reconcile();
  }

  private static long upload() {
    seed++;
    return photos.upload("r-" + seed + ".png", Pictures.noise("png", 16, 16, 1000 + seed));
  }

  /** One cycle; how many photos were queued. */
  private int reconcile() {
    int queued = 0;
    for (Reconcile.Window window = reconcile.next(); !window.empty(); window = reconcile.next()) {
      queued += window.queued();
    }
    return queued;
  }

  @Test
  @DisplayName("AC-M01, AC-M09 New images are queued with their content, and the cursor moves on")
  @Contract("pipeline.md 2 cursor")
  void newImages() {
    long before = reconcile.pending().from();
    long[] ids = {upload(), upload(), upload()};

    assertThat(reconcile()).isEqualTo(3);

    for (long id : ids) {
      Intelligence row = table.find(id).orElseThrow();
      assertThat(row.overallStatus()).isEqualTo("queued");
      assertThat(row.generation()).isEqualTo(1);
      assertThat(row.processingMd5()).isEqualTo(photos.json("/entities/" + id).get("md5").asText());
    }
    assertThat(reconcile.pending().from()).isGreaterThan(before);
    assertThat(reconcile.pending().empty()).isTrue();
  }

  @Test
  @DisplayName("AC-M02, AC-M05 Only what is new is queued; without a change nothing happens")
  @Contract("pipeline.md 2 no change")
  void onlyNew() {
    long old = upload();
    assertThat(reconcile()).isEqualTo(1);
    Intelligence before = table.find(old).orElseThrow();

    upload();

    assertThat(reconcile()).isEqualTo(1);
    assertThat(reconcile()).isZero();
    assertThat(table.find(old).orElseThrow()).isEqualTo(before);
  }

  @Test
  @DisplayName("AC-M03, AC-M04 Five replacements before a look are one work, with the last content")
  @Contract("pipeline.md 2 coalescing")
  void coalesced() {
    long id = upload();
    reconcile();
    for (int i = 0; i < 5; i++) {
      photos.replace(id, Pictures.noise("png", 16, 16, 2000 + i));
    }

    assertThat(reconcile()).isEqualTo(1);

    Intelligence row = table.find(id).orElseThrow();
    assertThat(row.generation()).isEqualTo(2);
    assertThat(row.processingMd5())
        .isEqualTo(
            photos
                .jdbc()
                .sql("SELECT md5 FROM entities WHERE id = " + id)
                .query(String.class)
                .single());
  }

  @Test
  @DisplayName("AC-M06, AC-M07 An image that was removed leaves no intelligence and is not queued")
  void removed() {
    long id = upload();
    reconcile();
    photos.delete(id);

    assertThat(reconcile()).isZero();

    assertThat(table.find(id)).isEmpty();
  }

  @Test
  @DisplayName("AC-K03 Without faces there is nobody, which is an empty list")
  void nobody() {
    assertThat(photos.json("/intelligence/known-persons").toString()).isEqualTo("[]");
  }

  @Test
  @DisplayName("AC-M08 A collection moves the cursor and is no work")
  void collection() {
    photos
        .http()
        .form(
            "POST",
            photos.http().store("/entities"),
            null,
            Map.of("is_collection", "true", "label", "Only a folder"));
    long before = reconcile.pending().from();

    assertThat(reconcile()).isZero();
    assertThat(reconcile.pending().from()).isGreaterThan(before);
  }

  @Test
  @DisplayName("A file that is no picture is no work")
  void notAPicture() {
    TestServer.json(photos.get("/"));
    photos.upload("notes.txt", "just text\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));

    assertThat(reconcile()).isZero();
  }

  @Test
  @DisplayName("AC-M14 An image deleted before anybody looked is not queued until it is restored")
  @Contract("pipeline.md 2 is_deleted")
  void deletedBeforeTheLook() {
    long id = upload();
    photos.patch(id, "is_deleted", "true");
    assertThat(reconcile()).isZero();
    assertThat(table.find(id)).isEmpty();

    photos.patch(id, "is_deleted", "false");

    assertThat(reconcile()).isEqualTo(1);
    assertThat(table.find(id).orElseThrow().overallStatus()).isEqualTo("queued");
  }

  @Test
  @DisplayName("More changes than a window holds are read window by window, none lost, none twice")
  @Contract("pipeline.md 2 cursor never passes what is not noted")
  void manyWindows() {
    long first = upload();
    photos.write(
        () -> {
          for (int i = 0; i < 1200; i++) {
            photos
                .jdbc()
                .sql(
                    "INSERT INTO entities (id, is_collection, type, md5, file_path) VALUES"
                        + " (:id, FALSE, 'image', :md5, 'nowhere')")
                .param("id", 1_000_000 + i)
                .param("md5", "window-" + i)
                .update();
            photos
                .jdbc()
                .sql("INSERT INTO revision (transaction_id, issued_at) VALUES (:id, 0)")
                .param("id", 1_000_000 + i)
                .update();
            photos
                .jdbc()
                .sql(
                    "INSERT INTO entities_version (id, transaction_id, operation_type) VALUES"
                        + " (:id, :id, 0)")
                .param("id", 1_000_000 + i)
                .update();
          }
          photos
              .jdbc()
              .sql("UPDATE id_counter SET last = 1001200 WHERE name = 'revision'")
              .update();
        });

    assertThat(reconcile.next().queued()).isPositive().isLessThan(1201);
    assertThat(reconcile()).isPositive();

    assertThat(photos.count("entity_intelligence WHERE entity_id BETWEEN 1000000 AND 1999999"))
        .isEqualTo(1200);
    assertThat(table.find(first)).isPresent();
    assertThat(reconcile.pending().empty()).isTrue();
  }

  @Test
  @DisplayName("One revision that changed more entities than a window holds is read in windows too")
  void hugeRevision() {
    long revision = reconcile.pending().to() + 1;
    photos.write(
        () -> {
          photos
              .jdbc()
              .sql("INSERT INTO revision (transaction_id, issued_at) VALUES (:id, 0)")
              .param("id", revision)
              .update();
          for (int i = 0; i < 1200; i++) {
            long id = 2_000_000 + i;
            photos
                .jdbc()
                .sql(
                    "INSERT INTO entities (id, is_collection, type, md5, file_path) VALUES"
                        + " (:id, FALSE, 'image', :md5, 'nowhere')")
                .param("id", id)
                .param("md5", "huge-" + i)
                .update();
            photos
                .jdbc()
                .sql(
                    "INSERT INTO entities_version (id, transaction_id, operation_type) VALUES"
                        + " (:id, :revision, 0)")
                .param("id", id)
                .param("revision", revision)
                .update();
          }
          photos
              .jdbc()
              .sql("UPDATE id_counter SET last = :id WHERE name = 'revision'")
              .param("id", revision)
              .update();
        });

    List<Integer> windows = new ArrayList<>();
    for (Reconcile.Window window = reconcile.next(); !window.empty(); window = reconcile.next()) {
      windows.add(window.queued());
    }

    assertThat(windows).containsExactly(500, 500, 200);
    assertThat(photos.count("entity_intelligence WHERE entity_id >= 2000000")).isEqualTo(1200);
    assertThat(reconcile.pending().empty()).isTrue();
  }

  @Test
  @DisplayName("Waiting photos come oldest first or newest first, the urgent before both")
  void order() {
    long one = upload();
    long two = upload();
    long three = upload();
    reconcile();
    photos.write(() -> table.queue(two, "urgent", 1, 3));

    assertThat(order(false, one, two, three)).containsExactly(two, one, three);
    assertThat(order(true, one, two, three)).containsExactly(two, three, one);
  }

  private List<Long> order(boolean newestFirst, Long... of) {
    return table.waiting(newestFirst, 10_000).stream()
        .map(Intelligence::entityId)
        .filter(List.of(of)::contains)
        .toList();
  }

  @Test
  @DisplayName("A queued photo in the trash stands in nobody's way and comes back with its restore")
  void withdrawn() {
    long id = upload();
    reconcile();
    photos.patch(id, "is_deleted", "true");
    reconcile();
    assertThat(order(false, id)).isEmpty();
    assertThat(photos.count("entity_intelligence WHERE withdrawn AND entity_id = " + id)).isOne();

    photos.patch(id, "is_deleted", "false");
    reconcile();

    assertThat(order(false, id)).containsExactly(id);
  }
}
