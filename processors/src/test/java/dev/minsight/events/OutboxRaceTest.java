package dev.minsight.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.minsight.testing.OpenServer;
import dev.minsight.testing.Race;
import dev.minsight.testing.TestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Many who tell of the same things while the relay sends and deletes. */
class OutboxRaceTest {

  private static final int WRITERS = 4;
  private static final int ROUNDS = 40;
  private static final int KEYS = 5;

  private final TestServer server = OpenServer.shared();
  private final Outbox outbox = server.bean(Outbox.class);
  private final JdbcClient jdbc = server.bean(JdbcClient.class);
  private final TransactionTemplate write =
      new TransactionTemplate(server.bean(PlatformTransactionManager.class));

  @Test
  @DisplayName("Transactions that change rows and tell of them in any order never block each other")
  void noDeadlock() throws Exception {
    Race.run(
        WRITERS,
        n ->
            () -> {
              Random random = new Random(n);
              for (int i = 0; i < ROUNDS; i++) {
                write.executeWithoutResult(tx -> changeAndTell(random));
              }
              return null;
            });

    await("all has left")
        .untilAsserted(
            () ->
                assertThat(
                        jdbc.sql("SELECT COUNT(*) FROM outbox WHERE topic LIKE 'race/%'")
                            .query(Long.class)
                            .single())
                    .isZero());
  }

  /** Rows in the order of their ids, as everybody does; messages between them, as they come. */
  private void changeAndTell(Random random) {
    List<Integer> keys = new ArrayList<>(List.of(0, 1, 2, 3, 4));
    Collections.shuffle(keys, random);
    for (int row = 0; row < KEYS; row++) {
      jdbc.sql(
              """
              INSERT INTO service_config (key, value, updated_at) VALUES (:key, '1', 0)
              ON CONFLICT (key) DO UPDATE SET updated_at = service_config.updated_at + 1""")
          .param("key", "race " + row)
          .update();
      String key = "race/" + keys.get(row);
      if (random.nextInt(4) == 0) {
        outbox.cancel(key);
      } else {
        outbox.publishLatest(key, key, "x", false, Duration.ZERO);
      }
    }
  }

  @Test
  @DisplayName("What a transaction says leaves in the order in which it said it")
  void keepsTheOrder() {
    write.executeWithoutResult(
        tx -> {
          outbox.publishLatest("order", "race-order", "first", false, Duration.ofHours(1));
          outbox.cancel("order");
          outbox.publishLatest("order", "race-order", "second", false, Duration.ofHours(1));
          outbox.publishLatest("order", "race-order", "third", false, Duration.ofHours(1));
        });

    assertThat(
            jdbc.sql("SELECT payload FROM outbox WHERE coalesce_key = 'order'")
                .query(String.class)
                .list())
        .containsExactly("third");
    write.executeWithoutResult(tx -> outbox.cancel("order"));
    assertThat(
            jdbc.sql("SELECT COUNT(*) FROM outbox WHERE coalesce_key = 'order'")
                .query(Long.class)
                .single())
        .isZero();
  }
}
