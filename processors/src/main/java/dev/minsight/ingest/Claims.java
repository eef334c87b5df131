package dev.minsight.ingest;

import dev.minsight.support.IdCounter;
import dev.minsight.support.Turns;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The rows that say who took which file. Each method is one short transaction of its own; none is
 * open while a file is read or moved.
 */
@Component
class Claims {

  private static final String COLUMNS =
      "id, source_path, size, modified_at, root, state, entity_id, target, reason";

  private final JdbcClient jdbc;
  private final JdbcTemplate template;
  private final IdCounter ids;
  private final Turns turns;

  Claims(JdbcClient jdbc, JdbcTemplate template, IdCounter ids, Turns turns) {
    this.jdbc = jdbc;
    this.template = template;
    this.ids = ids;
    this.turns = turns;
  }

  /**
   * Claims a file for this process.
   *
   * @return the claim: {@link ClaimState#CLAIMED} to be taken, or STORED or REFUSED to be put away;
   *     empty when somebody else is at it
   */
  @Transactional
  public Optional<Claim> claim(Path root, Path source, FileFacts facts) {
    turns.take("ingest-claims"); // or two nodes would both find that nobody has it
    Optional<Claim> found = find(source, facts);
    if (found.isEmpty()) {
      return Optional.of(insert(root, source, facts));
    }
    Claim claim = found.get();
    return switch (claim.state()) {
      case NEW -> Optional.of(advance(claim, ClaimState.CLAIMED));
      case CLAIMED -> Optional.empty();
      case STORED, REFUSED -> found;
      case DONE, KNOWN, FAILED -> {
        // The same file dropped again is a drop of its own, with an id of its own.
        jdbc.sql("DELETE FROM ingest_claims WHERE id = ?").param(claim.id()).update();
        yield Optional.of(insert(root, source, facts));
      }
    };
  }

  private Optional<Claim> find(Path source, FileFacts facts) {
    return jdbc.sql(
            "SELECT "
                + COLUMNS
                + " FROM ingest_claims WHERE source_path = ? AND size = ? AND modified_at = ?")
        .params(source.toString(), facts.size(), facts.modifiedMillis())
        .query(Claims::row)
        .optional();
  }

  private Claim insert(Path root, Path source, FileFacts facts) {
    Claim claim =
        new Claim(
            ids.next("ingest_claim"),
            source,
            facts.size(),
            facts.modifiedMillis(),
            root,
            ClaimState.CLAIMED,
            null,
            null,
            null);
    long now = System.currentTimeMillis();
    jdbc.sql(
            """
            INSERT INTO ingest_claims
              (id, source_path, size, modified_at, root, state, created_at, updated_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)""")
        .params(
            claim.id(),
            source.toString(),
            claim.size(),
            claim.modifiedMillis(),
            root.toString(),
            claim.state().word(),
            now,
            now)
        .update();
    return claim;
  }

  /** Back to waiting, with the reason; the file stays where it is. */
  @Transactional
  public Claim again(Claim claim, String reason) {
    return write(
        with(claim, ClaimState.NEW, claim.entityId(), claim.target(), reason), claim.state());
  }

  /** The last step: the file is put away and the receipt is written. */
  @Transactional
  public Claim finish(Claim claim) {
    return advance(claim, claim.outcome());
  }

  /** The name chosen before was taken by somebody in the meantime. */
  @Transactional
  public Claim retarget(Claim claim, String target) {
    return write(
        with(claim, claim.state(), claim.entityId(), target, claim.reason()), claim.state());
  }

  /** Forgets a claim on a file that changed since; the changed file is claimed by itself. */
  @Transactional
  public void forget(Claim claim) {
    jdbc.sql("DELETE FROM ingest_claims WHERE id = ?").param(claim.id()).update();
  }

  /**
   * The store has the content. Durable, with all that was committed before it: only now may the
   * file leave the inbox, or a power failure could lose the entity and not the move.
   *
   * @param reason why it is nothing new, or null
   */
  public Claim stored(Claim claim, long entityId, String target, String reason) {
    Claim next = with(claim, ClaimState.STORED, entityId, target, reason);
    return durably(connection -> write(connection, next, claim.state()));
  }

  /** The file cannot be taken; durable for the same reason. */
  public Claim refused(Claim claim, String target, String reason) {
    Claim next = with(claim, ClaimState.REFUSED, null, target, reason);
    return durably(connection -> write(connection, next, claim.state()));
  }

  /** All claims of a folder with something left to do, oldest first. */
  @Transactional(readOnly = true)
  public List<Claim> unfinished(Path root) {
    return jdbc.sql(
            "SELECT "
                + COLUMNS
                + " FROM ingest_claims"
                + " WHERE root = ? AND state IN ('new', 'claimed', 'stored', 'refused') ORDER BY id")
        .param(root.toString())
        .query(Claims::row)
        .list();
  }

  /** Hands over each finished claim of a folder, without holding them all in memory. */
  @Transactional(readOnly = true)
  public void eachFinished(Path root, Consumer<Claim> consumer) {
    jdbc.sql(
            "SELECT "
                + COLUMNS
                + " FROM ingest_claims WHERE root = ? AND state IN ('done', 'known', 'failed')")
        .param(root.toString())
        .query((ResultSet rows) -> consumer.accept(row(rows, 0)));
  }

  private Claim advance(Claim claim, ClaimState next) {
    return write(
        with(claim, next, claim.entityId(), claim.target(), claim.reason()), claim.state());
  }

  /** Writes a claim if it is still in the state it was read in; the state machine's only door. */
  private Claim write(Claim next, ClaimState before) {
    return write(jdbc, next, before);
  }

  private static Claim write(JdbcClient jdbc, Claim next, ClaimState before) {
    if (before != next.state() && !before.mayBecome(next.state())) {
      throw new IllegalStateException(
          "claim " + next.id() + " cannot go from " + before + " to " + next.state());
    }
    int written =
        jdbc.sql(
                """
                UPDATE ingest_claims
                SET state = ?, entity_id = ?, target = ?, reason = ?, updated_at = ?
                WHERE id = ? AND state = ?""")
            .param(next.state().word())
            .param(next.entityId())
            .param(next.target())
            .param(next.reason())
            .param(System.currentTimeMillis())
            .param(next.id())
            .param(before.word())
            .update();
    if (written == 0) {
      throw new IllegalStateException("claim " + next.id() + " was changed by somebody else");
    }
    return next;
  }

  /**
   * Writes outside a transaction on a connection that syncs its log to disk, which makes everything
   * committed before durable too. SQLite refuses to change this inside a transaction; other
   * databases always sync.
   */
  private Claim durably(Function<JdbcClient, Claim> write) {
    return template.execute(
        (Connection connection) -> {
          boolean sqlite = connection.getMetaData().getDatabaseProductName().equals("SQLite");
          pragma(connection, sqlite, "FULL");
          try {
            return write.apply(JdbcClient.create(new SingleConnectionDataSource(connection, true)));
          } finally {
            pragma(connection, sqlite, "NORMAL");
          }
        });
  }

  private static void pragma(Connection connection, boolean sqlite, String level)
      throws SQLException {
    if (sqlite) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("PRAGMA synchronous = " + level);
      }
    }
  }

  private static Claim with(
      Claim claim, ClaimState state, Long entityId, String target, String reason) {
    return new Claim(
        claim.id(),
        claim.source(),
        claim.size(),
        claim.modifiedMillis(),
        claim.root(),
        state,
        entityId,
        target,
        reason);
  }

  private static Claim row(ResultSet row, int number) throws SQLException {
    long entityId = row.getLong("entity_id");
    boolean noEntity = row.wasNull();
    return new Claim(
        row.getLong("id"),
        Path.of(row.getString("source_path")),
        row.getLong("size"),
        row.getLong("modified_at"),
        Path.of(row.getString("root")),
        ClaimState.of(row.getString("state")),
        noEntity ? null : entityId,
        row.getString("target"),
        row.getString("reason"));
  }
}
