package dev.minsight.insight;

import dev.minsight.insight.DuplicateDecision.Verdict;
import dev.minsight.store.EntityChanges;
import dev.minsight.store.EntityPatch;
import dev.minsight.store.Precondition;
import dev.minsight.support.Caller;
import dev.minsight.support.IdCounter;
import dev.minsight.support.NotFoundException;
import dev.minsight.support.Turns;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes down what people decide about near-duplicates, on behalf of {@link Caller#current()}.
 * Decisions are appended; deciding anew takes back what the one before put into the trash.
 */
@Component
public class DuplicateDecisions {

  private final JdbcClient jdbc;
  private final EntityChanges changes;
  private final IdCounter ids;
  private final Turns turns;
  private final Clock clock;
  private final TransactionTemplate write;

  DuplicateDecisions(
      JdbcClient jdbc,
      EntityChanges changes,
      IdCounter ids,
      Turns turns,
      Clock clock,
      PlatformTransactionManager transactions) {
    this.jdbc = jdbc;
    this.changes = changes;
    this.ids = ids;
    this.turns = turns;
    this.clock = clock;
    this.write = new TransactionTemplate(transactions);
  }

  private record Photo(long id, String md5, boolean deleted) {}

  private record Before(Verdict verdict, Long trashedId) {}

  /**
   * Decides about two photos.
   *
   * @param entityId one photo; with {@link Verdict#TRASH} the one that goes
   * @param otherId the other
   * @param verdict what is to be
   * @return the decision
   * @throws NotFoundException if one of them is no photo
   * @throws dev.minsight.support.ApiException 409 if what the decision before put into the trash
   *     cannot leave it, because another has its content
   */
  public DuplicateDecision decide(long entityId, long otherId, Verdict verdict) {
    Caller caller = Caller.current();
    String why = "decided of near-duplicates %d and %d: ".formatted(entityId, otherId);
    // Envers asks for the reason at the commit, so it must hold until then.
    return new Caller(
            caller.userId(),
            caller.requestId(),
            caller.reason() != null ? caller.reason() : why + verdict.word())
        .call(() -> write.execute(tx -> append(entityId, otherId, verdict)));
  }

  private DuplicateDecision append(long entityId, long otherId, Verdict verdict) {
    Photo one = photo(Math.min(entityId, otherId));
    Photo other = photo(Math.max(entityId, otherId));
    Before before = before(one, other).orElse(new Before(null, null));
    Photo gone = verdict == Verdict.TRASH ? one.id() == entityId ? one : other : null;
    for (Photo photo : List.of(one, other)) {
      if (photo == gone && !photo.deleted()) {
        changes.patch(photo.id(), EntityPatch.trash(), Precondition.NONE);
      } else if (photo != gone && photo.deleted() && isOf(before, photo)) {
        changes.patch(photo.id(), EntityPatch.restore(), Precondition.NONE);
      }
    }
    boolean still = gone != null && gone.deleted() && !isOf(before, gone);
    Long trashedId = gone == null || still ? null : (Long) gone.id();
    DuplicateDecision made =
        new DuplicateDecision(
            ids.next("duplicate_decision"),
            entityId,
            otherId,
            verdict,
            before.verdict(),
            Caller.current().userId(),
            clock.millis());
    insert(made, one, other, trashedId);
    return made;
  }

  private static boolean isOf(Before before, Photo photo) {
    return before.trashedId() != null && before.trashedId() == photo.id();
  }

  /** Nobody changes it until the transaction ends. */
  private Photo photo(long id) {
    return jdbc.sql(
            "SELECT id, md5, is_deleted FROM entities WHERE id = :id AND NOT is_collection"
                + turns.forUpdate())
        .param("id", id)
        .query((row, n) -> new Photo(row.getLong(1), row.getString(2), row.getBoolean(3)))
        .optional()
        .orElseThrow(() -> new NotFoundException("Entity not found"));
  }

  private Optional<Before> before(Photo one, Photo other) {
    return jdbc.sql(
            """
            SELECT decision, trashed_id FROM duplicate_decisions
            WHERE entity_id = :one AND other_id = :other ORDER BY id DESC LIMIT 1""")
        .param("one", one.id())
        .param("other", other.id())
        .query(
            (row, n) -> {
              long trashed = row.getLong(2);
              return new Before(
                  Duplicates.verdict(row.getString(1)), row.wasNull() ? null : (Long) trashed);
            })
        .optional();
  }

  private void insert(DuplicateDecision made, Photo one, Photo other, Long trashedId) {
    jdbc.sql(
            """
            INSERT INTO duplicate_decisions (id, entity_id, other_id, md5, other_md5, decision,
              trashed_id, actor, created_at)
            VALUES (:id, :one, :other, :md5, :otherMd5, :decision, :trashed, :actor, :now)""")
        .param("id", made.id())
        .param("one", one.id())
        .param("other", other.id())
        .param("md5", one.md5())
        .param("otherMd5", other.md5())
        .param("decision", made.verdict().word())
        .param("trashed", trashedId)
        .param("actor", made.actor())
        .param("now", made.createdAt())
        .update();
  }
}
