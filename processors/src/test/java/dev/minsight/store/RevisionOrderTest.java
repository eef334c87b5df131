package dev.minsight.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.OpenServer;
import dev.minsight.testing.Race;
import dev.minsight.testing.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What reconcile's cursor relies on: it never sees a revision below one that it saw before. */
class RevisionOrderTest {

  private static final int WRITERS = 4;
  private static final int CHANGES = 40;

  private final TestServer server = OpenServer.shared();
  private final JdbcClient jdbc = server.bean(JdbcClient.class);
  private final Entities entities = server.bean(Entities.class);
  private final AtomicInteger writing = new AtomicInteger(WRITERS);

  @Test
  @DisplayName("Revisions become visible in the order of their numbers, however many write at once")
  void ascendInCommitOrder() throws Exception {
    long before = newest();
    List<Callable<List<Long>>> runners = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      runners.add(this::write);
    }
    runners.add(() -> follow(before));

    List<Long> followed = Race.run(runners).get(WRITERS);

    assertThat(followed).isEqualTo(after(before)).hasSizeGreaterThanOrEqualTo(WRITERS * CHANGES);
  }

  private List<Long> write() {
    TransactionTemplate transaction =
        new TransactionTemplate(server.bean(PlatformTransactionManager.class));
    try {
      for (int i = 0; i < CHANGES; i++) {
        int number = i;
        transaction.executeWithoutResult(
            tx -> {
              // Some wait longer for their commit than others, as real ones do.
              entities.createCollection("order " + number, null, null);
              if (number % 3 == 0) {
                Thread.yield();
              }
            });
      }
      return List.of();
    } finally {
      writing.decrementAndGet();
    }
  }

  /** Reads as a cursor does: only what is above the last number it saw. */
  private List<Long> follow(long from) {
    List<Long> seen = new ArrayList<>();
    long cursor = from;
    boolean last;
    do {
      last = writing.get() == 0;
      List<Long> more = after(cursor);
      seen.addAll(more);
      cursor = more.isEmpty() ? cursor : more.get(more.size() - 1);
    } while (!last);
    return seen;
  }

  private List<Long> after(long cursor) {
    return jdbc.sql(
            "SELECT transaction_id FROM revision WHERE transaction_id > ? ORDER BY transaction_id")
        .param(cursor)
        .query(Long.class)
        .list();
  }

  private long newest() {
    return jdbc.sql("SELECT COALESCE(MAX(transaction_id), 0) FROM revision")
        .query(Long.class)
        .single();
  }
}
