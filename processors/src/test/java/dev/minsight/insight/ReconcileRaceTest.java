package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.store.Intake;
import dev.minsight.store.NewMedia;
import dev.minsight.store.Staged;
import dev.minsight.testing.Contract;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.Race;
import dev.minsight.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Several who reconcile, or report about one photo, at the same moment. */
class ReconcileRaceTest {

  private static final int RUNNERS = 4;

  private final TestServer server = OpenServer.shared();
  private final IntelligenceTable table = server.bean(IntelligenceTable.class);
  private final JdbcClient jdbc = server.bean(JdbcClient.class);
  private final TransactionTemplate write =
      new TransactionTemplate(server.bean(PlatformTransactionManager.class));

  @Test
  @DisplayName("A new photo is queued once, also when several read the history at once")
  @Contract({"pipeline.md 3 no second submission", "pipeline.md 9 two workers"})
  void queuedOnce() throws Exception {
    Reconcile reconcile = server.bean(Reconcile.class);
    List<Long> photos = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      photos.add(photo());
      Race.run(RUNNERS, n -> (Callable<Reconcile.Window>) reconcile::next);
    }

    Map<Long, Intelligence> rows = table.find(photos);

    assertThat(rows.keySet()).containsExactlyInAnyOrderElementsOf(photos);
    assertThat(rows.values()).extracting(Intelligence::generation).containsOnly(1);
  }

  private long photo() throws Exception {
    Intake intake = server.bean(Intake.class);
    byte[] bytes = Pictures.noise("png", 32, 32, System.nanoTime());
    try (Staged staged = intake.stage(new ByteArrayInputStream(bytes), "race.png")) {
      return intake.store(staged, new NewMedia("race", null, null, false)).entityId();
    }
  }

  @Test
  @DisplayName(
      "While a result is noted, no new content begins; a result that came later is refused")
  void generationHolds() throws Exception {
    long id = Long.MAX_VALUE / 2 - System.nanoTime();
    write.executeWithoutResult(
        tx -> {
          jdbc.sql("INSERT INTO entities (id, is_collection) VALUES (?, FALSE)").param(id).update();
          table.queue(id, "content 1", 1, 5);
          table.launched(id);
          table.overall(id, Intelligence.COMPLETED, null, false); // the launcher passes it by
        });

    List<Callable<Integer>> runners = new ArrayList<>();
    runners.add(
        () -> {
          for (int version = 2; version <= 20; version++) {
            long number = version;
            write.executeWithoutResult(
                tx -> {
                  table.queue(id, "content " + number, number, 5);
                  table.launched(id);
                  table.overall(id, Intelligence.COMPLETED, null, false);
                });
          }
          return 0;
        });
    for (int i = 1; i < RUNNERS; i++) {
      runners.add(() -> noteResults(id));
    }
    int misplaced = Race.run(runners).stream().mapToInt(Integer::intValue).sum();

    write.executeWithoutResult(
        tx -> jdbc.sql("DELETE FROM entities WHERE id = ?").param(id).update());
    assertThat(misplaced).as("results noted with another content").isZero();
  }

  /** Notes results of the content last seen, and counts those that met another one. */
  private int noteResults(long id) {
    int misplaced = 0;
    for (int i = 0; i < 30; i++) {
      int generation = table.find(id).orElseThrow().generation();
      misplaced +=
          write.execute(
              tx -> {
                if (table.hold(id, generation).isEmpty()) {
                  return 0;
                }
                table.step(id, Step.CLIP_EMBEDDING, Intelligence.COMPLETED);
                return table.find(id).orElseThrow().generation() == generation ? 0 : 1;
              });
    }
    return misplaced;
  }
}
