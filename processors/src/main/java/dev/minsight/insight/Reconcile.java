package dev.minsight.insight;

import dev.minsight.support.Turns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Finds the photos that need work. It reads the entity history after a cursor, a window at a time;
 * several changes of one entity count once, by its newest state. A photo that needs work becomes a
 * {@code queued} row in the transaction that moves the cursor, so the cursor never passes a change
 * that is not noted.
 */
@Component
public class Reconcile {

  private static final String CONSUMER = "insight";
  private static final int WINDOW = 500;

  private final JdbcClient jdbc;
  private final IntelligenceTable table;
  private final PhotoSteps steps;
  private final PhotoAnnouncer announcer;
  private final Turns turns;
  private final TransactionTemplate write;
  private final TransactionTemplate read;
  private final AtomicLong queuedSoFar = new AtomicLong();

  Reconcile(
      JdbcClient jdbc,
      IntelligenceTable table,
      PhotoSteps steps,
      PhotoAnnouncer announcer,
      Turns turns,
      PlatformTransactionManager transactions) {
    this.jdbc = jdbc;
    this.table = table;
    this.steps = steps;
    this.announcer = announcer;
    this.turns = turns;
    this.write = new TransactionTemplate(transactions);
    this.read = new TransactionTemplate(transactions);
    this.read.setReadOnly(true);
  }

  /** Newest state of an entity that changed. */
  private record Change(
      long id, long version, String type, String md5, String filePath, Boolean isDeleted) {

    boolean wantsWork() {
      return "image".equals(type) && Boolean.FALSE.equals(isDeleted) && md5 != null;
    }
  }

  /**
   * One window.
   *
   * @param from cursor before
   * @param to cursor after
   * @param queued photos that need work
   * @param gone contents that are gone while in work
   * @param replaced entities whose old content was replaced by one that needs work
   */
  public record Window(long from, long to, int queued, List<Gone> gone, List<Long> replaced) {

    /**
     * @return whether there was anything to read
     */
    public boolean empty() {
      return from == to;
    }
  }

  /**
   * A content that is gone.
   *
   * @param entityId its entity
   * @param generation which content
   */
  public record Gone(long entityId, int generation) {}

  /**
   * Revisions that were not read yet.
   *
   * @param from cursor
   * @param to newest revision
   */
  public record Span(long from, long to) {

    /**
     * @return whether there is nothing to read
     */
    public boolean empty() {
      return from >= to;
    }
  }

  /**
   * @return what there is to read
   */
  public Span pending() {
    return Objects.requireNonNull(
        read.execute(
            tx ->
                new Span(
                    cursor(),
                    jdbc.sql("SELECT COALESCE(MAX(transaction_id), 0) FROM revision")
                        .query(Long.class)
                        .single())));
  }

  /**
   * @return photos queued since the start of this process
   */
  public long queuedSoFar() {
    return queuedSoFar.get();
  }

  /**
   * Reads the next window.
   *
   * @return what was found
   */
  public Window next() {
    Window window = Objects.requireNonNull(write.execute(tx -> readWindow()));
    window.replaced().forEach(steps::purge);
    queuedSoFar.addAndGet(window.queued());
    return window;
  }

  private Window readWindow() {
    turns.take("reconcile"); // another node reads the next window, not the same
    long from = cursor();
    long to = endOfWindow(from);
    List<Gone> gone = new ArrayList<>();
    List<Long> replaced = new ArrayList<>();
    int queued = 0;
    List<Change> changes = changes(from, to);
    Map<Long, Intelligence> known = table.hold(changes.stream().map(Change::id).toList());
    for (Change change : changes) {
      Intelligence row = known.get(change.id());
      boolean contentLeft = row != null && contentLeft(change, row);
      boolean unfinished = contentLeft && (!row.terminal() || row.incident());
      if (unfinished) {
        gone.add(new Gone(change.id(), row.generation()));
        table.relaunch(change.id()); // should the photo be restored
      }
      if (contentLeft && change.wantsWork()) {
        replaced.add(change.id());
      }
      if (change.wantsWork() && (row == null || contentLeft)) {
        table.queue(change.id(), change.md5(), change.version());
        announcer.tell(change.id());
        queued++;
      }
    }
    moveCursor(to);
    return new Window(from, to, queued, gone, replaced);
  }

  /** Whether the content that is or was in work is no longer the entity's. */
  private static boolean contentLeft(Change change, Intelligence row) {
    return !change.wantsWork() || !change.md5().equals(row.processingMd5());
  }

  private long cursor() {
    return jdbc.sql("SELECT last_version FROM entity_sync_state WHERE consumer = :consumer")
        .param("consumer", CONSUMER)
        .query(Long.class)
        .optional()
        .orElse(0L);
  }

  /** The window ends at its last entity version; without any, at the newest revision. */
  private long endOfWindow(long cursor) {
    return jdbc.sql(
            """
            SELECT COALESCE(
              (SELECT MAX(transaction_id) FROM (
                 SELECT transaction_id FROM entities_version
                 WHERE transaction_id > :cursor ORDER BY transaction_id LIMIT :window) w),
              (SELECT MAX(transaction_id) FROM revision),
              :cursor)""")
        .param("cursor", cursor)
        .param("window", WINDOW)
        .query(Long.class)
        .single();
  }

  private List<Change> changes(long after, long upTo) {
    return jdbc.sql(
            """
            SELECT v.id, MAX(v.transaction_id) AS version,
              e.type, e.md5, e.file_path, e.is_deleted
            FROM entities_version v LEFT JOIN entities e ON e.id = v.id
            WHERE v.transaction_id > :after AND v.transaction_id <= :up
            GROUP BY v.id, e.id ORDER BY MIN(v.transaction_id)""")
        .param("after", after)
        .param("up", upTo)
        .query(Change.class)
        .list();
  }

  private void moveCursor(long to) {
    jdbc.sql(
            """
            INSERT INTO entity_sync_state (consumer, last_version) VALUES (:consumer, :to)
            ON CONFLICT (consumer) DO UPDATE SET last_version = :to""")
        .param("consumer", CONSUMER)
        .param("to", to)
        .update();
  }
}
