package dev.minsight.insight;

import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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

  private static final Logger LOG = LoggerFactory.getLogger(Reconcile.class);
  private static final String CONSUMER = "insight";
  private static final int WINDOW = 500;

  private final JdbcClient jdbc;
  private final IntelligenceTable table;
  private final PhotoSteps steps;
  private final Announcements announcements;
  private final TransactionTemplate write;
  private final TransactionTemplate read;

  Reconcile(
      JdbcClient jdbc,
      IntelligenceTable table,
      PhotoSteps steps,
      Announcements announcements,
      PlatformTransactionManager transactions) {
    this.jdbc = jdbc;
    this.table = table;
    this.steps = steps;
    this.announcements = announcements;
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
   * @param gone contents that are gone and may still be in work
   */
  public record Window(long from, long to, int queued, List<Gone> gone) {

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
   * @return whether there are changes after the cursor
   */
  public boolean pending() {
    return Boolean.TRUE.equals(
        read.execute(
            tx ->
                jdbc.sql("SELECT EXISTS (SELECT 1 FROM revision WHERE transaction_id > :cursor)")
                        .param("cursor", cursor())
                        .query(Integer.class)
                        .single()
                    == 1));
  }

  /**
   * Reads the next window.
   *
   * @return what was found
   */
  public Window next() {
    List<Gone> gone = new java.util.ArrayList<>();
    long[] span = new long[2];
    int[] queued = new int[1];
    List<Long> replaced = new java.util.ArrayList<>();
    write.executeWithoutResult(
        tx -> {
          span[0] = cursor();
          long newest = newestInWindow(span[0]);
          List<Change> changes = changes(span[0], newest);
          Map<Long, Intelligence> known =
              table.find(changes.stream().map(Change::id).toList());
          for (Change change : changes) {
            Intelligence row = known.get(change.id());
            if (row != null && !row.terminal() && leavesOldContent(change, row)) {
              gone.add(new Gone(change.id(), row.generation()));
            }
            if (change.wantsWork() && (row == null || leavesOldContent(change, row))) {
              table.queue(change.id(), change.md5(), change.version());
              announcements.status(change.id());
              queued[0]++;
              if (row != null) {
                replaced.add(change.id());
              }
            }
          }
          span[1] = newest;
          moveCursor(newest);
        });
    replaced.forEach(steps::purge);
    Window window = new Window(span[0], span[1], queued[0], gone);
    if (!window.empty()) {
      LOG.debug("Reconciled {} to {}: {} photos queued", span[0], span[1], queued[0]);
    }
    return window;
  }

  private static boolean leavesOldContent(Change change, Intelligence row) {
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
  private long newestInWindow(long cursor) {
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
            GROUP BY v.id ORDER BY MIN(v.transaction_id)""")
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
