package dev.minsight.insight;

import dev.minsight.support.Rows;
import dev.minsight.support.Turns;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
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
 * that is not noted. What a look costs depends on the window, not on the library or the backlog.
 */
@Component
public class Reconcile {

  /** Changes read at once. */
  static final int WINDOW = 500;

  private static final String CONSUMER = "insight";

  private final JdbcClient jdbc;
  private final IntelligenceTable table;
  private final PhotoSteps steps;
  private final Qualification qualification;
  private final Checkpoints checkpoints;
  private final Turns turns;
  private final TransactionTemplate write;
  private final TransactionTemplate read;
  private final AtomicLong queuedSoFar = new AtomicLong();

  Reconcile(
      JdbcClient jdbc,
      IntelligenceTable table,
      PhotoSteps steps,
      Qualification qualification,
      Checkpoints checkpoints,
      Turns turns,
      PlatformTransactionManager transactions) {
    this.jdbc = jdbc;
    this.table = table;
    this.steps = steps;
    this.qualification = qualification;
    this.checkpoints = checkpoints;
    this.turns = turns;
    this.write = new TransactionTemplate(transactions);
    this.read = new TransactionTemplate(transactions);
    this.read.setReadOnly(true);
  }

  /**
   * A place in the entity history: behind this entity's version of this revision. Within a revision
   * the history is in the order of the entities' ids.
   */
  private record Position(long version, long entity) {

    static Position behind(long version) {
      return new Position(version, Long.MAX_VALUE);
    }
  }

  /** A version of an entity, with the entity's newest state. */
  private record Change(
      long id, long version, String type, String md5, String filePath, Boolean isDeleted) {

    Position position() {
      return new Position(version, id);
    }
  }

  /**
   * One window.
   *
   * @param from revision of the cursor before
   * @param to revision of the cursor after
   * @param empty whether there was nothing to read
   * @param queued photos that need work
   * @param gone contents that are gone while in work
   * @param replaced entities whose old content was replaced by one that needs work
   */
  public record Window(
      long from, long to, boolean empty, int queued, List<Gone> gone, List<Long> replaced) {}

  /**
   * A content that is gone.
   *
   * @param entityId its entity
   * @param generation which content
   */
  public record Gone(long entityId, int generation) {}

  /**
   * Revisions that were not read yet, or not wholly.
   *
   * @param from revision of the cursor
   * @param to newest revision
   * @param empty whether there is nothing to read
   */
  public record Span(long from, long to, boolean empty) {}

  /**
   * @return what there is to read
   */
  public Span pending() {
    return Objects.requireNonNull(
        read.execute(
            tx -> {
              Position cursor = cursor();
              long newest = newestRevision();
              return new Span(cursor.version(), newest, cursor.equals(Position.behind(newest)));
            }));
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
    for (long entityId : window.replaced()) {
      checkpoints.reached(Checkpoints.Point.REPLACEMENT_NOTED, entityId);
      steps.purge(entityId);
    }
    queuedSoFar.addAndGet(window.queued());
    return window;
  }

  private Window readWindow() {
    turns.take("reconcile"); // another node reads the next window, not the same
    Position from = cursor();
    long newest = newestRevision();
    List<Change> versions = versions(from, newest);
    Position to =
        versions.size() < WINDOW
            ? Position.behind(newest)
            : versions.get(versions.size() - 1).position();
    List<Gone> gone = new ArrayList<>();
    List<Long> replaced = new ArrayList<>();
    int queued = 0;
    Collection<Change> changes = newestOfEach(versions);
    Map<Long, Intelligence> known = table.hold(changes.stream().map(Change::id).toList());
    for (Change change : changes) {
      Intelligence row = known.get(change.id());
      boolean wantsWork = wantsWork(change);
      // What is or was in work is no longer the entity's content.
      boolean contentLeft = row != null && !(wantsWork && change.md5().equals(row.processingMd5()));
      boolean unfinished = contentLeft && (!row.terminal() || row.incident());
      if (unfinished) {
        gone.add(new Gone(change.id(), row.generation()));
        table.relaunch(change.id()); // should the photo be restored
      }
      if (contentLeft && wantsWork) {
        replaced.add(change.id());
      }
      if (wantsWork && (row == null || contentLeft)) {
        table.queue(change.id(), change.md5(), change.version(), Intelligence.NEW_CONTENT);
        queued++;
      }
      if (row != null) {
        table.withdraw(change.id(), !wantsWork);
      }
    }
    moveCursor(to);
    return new Window(from.version(), to.version(), from.equals(to), queued, gone, replaced);
  }

  /** Each entity once, in the order of first appearance, by its last version. */
  private static Collection<Change> newestOfEach(List<Change> versions) {
    Map<Long, Change> changes = new LinkedHashMap<>();
    versions.forEach(version -> changes.put(version.id(), version));
    return changes.values();
  }

  private boolean wantsWork(Change change) {
    return Boolean.FALSE.equals(change.isDeleted())
        && qualification.covers(change.type(), change.md5());
  }

  private Position cursor() {
    return jdbc.sql(
            """
            SELECT last_version, last_entity FROM entity_sync_state
            WHERE consumer = :consumer""")
        .param("consumer", CONSUMER)
        .query((row, n) -> new Position(row.getLong(1), row.getLong(2)))
        .optional()
        .orElse(Position.behind(0));
  }

  private long newestRevision() {
    return jdbc.sql("SELECT COALESCE(MAX(transaction_id), 0) FROM revision")
        .query(Long.class)
        .single();
  }

  private List<Change> versions(Position after, long upTo) {
    return jdbc.sql(
            """
            SELECT v.id, v.transaction_id AS version, e.type, e.md5, e.file_path, e.is_deleted
            FROM entities_version v LEFT JOIN entities e ON e.id = v.id
            WHERE (v.transaction_id, v.id) > (:version, :entity) AND v.transaction_id <= :up
            ORDER BY v.transaction_id, v.id LIMIT :window""")
        .param("version", after.version())
        .param("entity", after.entity())
        .param("up", upTo)
        .param("window", WINDOW)
        .query(Rows.as(Change.class))
        .list();
  }

  private void moveCursor(Position to) {
    jdbc.sql(
            """
            INSERT INTO entity_sync_state (consumer, last_version, last_entity)
            VALUES (:consumer, :version, :entity)
            ON CONFLICT (consumer)
            DO UPDATE SET last_version = :version, last_entity = :entity""")
        .param("consumer", CONSUMER)
        .param("version", to.version())
        .param("entity", to.entity())
        .update();
  }
}
