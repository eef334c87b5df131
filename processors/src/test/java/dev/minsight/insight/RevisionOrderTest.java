package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.people.Persons;
import dev.minsight.testing.Contract;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.Race;
import dev.minsight.testing.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
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
  private final Persons persons = server.bean(Persons.class);
  private final TransactionTemplate transaction =
      new TransactionTemplate(server.bean(PlatformTransactionManager.class));
  private final AtomicInteger writing = new AtomicInteger(WRITERS);

  @Test
  @DisplayName("Revisions become visible in the order of their numbers, however many write at once")
  @Contract("store.md 12 transaction ids")
  void ascendInCommitOrder() throws Exception {
    long before = newest();
    List<Callable<List<Long>>> runners = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      runners.add(this::write);
    }
    runners.add(() -> follow(before));

    List<List<Long>> results = Race.run(runners);
    List<Long> followed = results.get(WRITERS);
    List<Long> all = after(before);
    forget(results.subList(0, WRITERS));

    assertThat(followed).isEqualTo(all).hasSizeGreaterThanOrEqualTo(WRITERS * CHANGES);
  }

  /** Changes with history that take no turn: only the revision's number can put them in order. */
  private List<Long> write() {
    try {
      return IntStream.range(0, CHANGES)
          .mapToObj(i -> transaction.execute(tx -> persons.create()))
          .toList();
    } finally {
      writing.decrementAndGet();
    }
  }

  private void forget(List<List<Long>> made) {
    transaction.executeWithoutResult(
        tx -> persons.dropEmpty(made.stream().flatMap(List::stream).toList()));
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
