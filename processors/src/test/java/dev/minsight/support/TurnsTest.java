package dev.minsight.support;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.OpenServer;
import dev.minsight.testing.Race;
import dev.minsight.testing.TestDatabase;
import dev.minsight.testing.TestServer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Looking first and writing then, on both databases. */
class TurnsTest {

  private static final int THREADS = 4;
  private static final int ROUNDS = 25;

  private final TestServer server = OpenServer.shared();
  private final Turns turns = server.bean(Turns.class);
  private final JdbcClient jdbc = server.bean(JdbcClient.class);
  private final IdCounter ids = server.bean(IdCounter.class);
  private final TransactionTemplate write =
      new TransactionTemplate(server.bean(PlatformTransactionManager.class));

  private long value(String key) {
    return jdbc.sql("SELECT value FROM service_config WHERE key = ?")
        .param(key)
        .query(Long.class)
        .single();
  }

  private void set(String key, long value) {
    jdbc.sql(
            """
            INSERT INTO service_config (key, value, updated_at) VALUES (:key, :value, 0)
            ON CONFLICT (key) DO UPDATE SET value = :value""")
        .param("key", key)
        .param("value", Long.toString(value))
        .update();
  }

  @Test
  @DisplayName("Of transactions that take the same turn, each sees what the one before wrote")
  void takesTurns() throws Exception {
    write.executeWithoutResult(tx -> set("turns-test", 0));

    Race.run(
        THREADS,
        n ->
            () -> {
              for (int i = 0; i < ROUNDS; i++) {
                write.executeWithoutResult(
                    tx -> {
                      turns.take("turns-test");
                      set("turns-test", value("turns-test") + 1);
                    });
              }
              return null;
            });

    assertThat(value("turns-test")).isEqualTo(THREADS * ROUNDS);
  }

  @Test
  @DisplayName("Rows that were read for update are not changed by others before they are written")
  void holdsRows() throws Exception {
    write.executeWithoutResult(tx -> set("rows-test", 0));
    String read = "SELECT value FROM service_config WHERE key = 'rows-test'" + turns.forUpdate();

    Race.run(
        THREADS,
        n ->
            () -> {
              for (int i = 0; i < ROUNDS; i++) {
                write.executeWithoutResult(
                    tx -> set("rows-test", jdbc.sql(read).query(Long.class).single() + 1));
              }
              return null;
            });

    assertThat(value("rows-test")).isEqualTo(THREADS * ROUNDS);
  }

  @Test
  @DisplayName("Ids of a kind are dense and handed out once, however many ask")
  void idsAreDense() throws Exception {
    List<List<Long>> taken =
        Race.run(
            THREADS,
            n ->
                () ->
                    IntStream.range(0, ROUNDS)
                        .mapToObj(i -> write.execute(tx -> ids.next("turns-test")))
                        .toList());

    List<Long> all = taken.stream().flatMap(List::stream).sorted().toList();
    assertThat(all).doesNotHaveDuplicates();
    assertThat(all.get(all.size() - 1) - all.get(0)).isEqualTo(all.size() - 1L);
    assertThat(taken).allSatisfy(own -> assertThat(own).isSorted());
  }

  @Test
  @DisplayName("On PostgreSQL a turn that another transaction has is not to be had without waiting")
  void tryTake() throws Exception {
    TestDatabase.assumePostgresql("SQLite has one writer, who has every turn");
    CountDownLatch taken = new CountDownLatch(1);
    CountDownLatch asked = new CountDownLatch(1);
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      Future<?> holder =
          other.submit(
              () ->
                  write.executeWithoutResult(
                      tx -> {
                        turns.take("try-test");
                        taken.countDown();
                        await(asked);
                      }));
      assertThat(taken.await(1, TimeUnit.MINUTES)).isTrue();

      Boolean meanwhile = write.execute(tx -> turns.tryTake("try-test"));
      Boolean another = write.execute(tx -> turns.tryTake("another-test"));
      asked.countDown();
      holder.get();
      Boolean afterwards = write.execute(tx -> turns.tryTake("try-test"));

      assertThat(meanwhile).isFalse();
      assertThat(another).isTrue();
      assertThat(afterwards).isTrue();
    } finally {
      other.shutdownNow();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
