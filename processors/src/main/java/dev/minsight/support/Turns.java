package dev.minsight.support;

import java.sql.Connection;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Makes "look first, then write" safe where transactions that write run side by side: what was seen
 * stays true until the transaction ends.
 *
 * <p>On SQLite nothing has to be done, because a writing transaction is the only one from its
 * beginning (one connection, {@code BEGIN IMMEDIATE}). On PostgreSQL, at READ COMMITTED, another
 * may commit between the look and the write. There a transaction <em>takes the turn</em> of a
 * subject (an advisory lock, PostgreSQL manual 13.3.5) or reads its rows {@link #forUpdate()}; both
 * hold until it ends, on all nodes.
 *
 * <p>So that no two wait for each other: rows by {@link #forUpdate()} first, in the order of their
 * ids, then turns, then other writes. The outbox and the revision, which everybody shares, come
 * last by themselves.
 */
@Component
public class Turns {

  /** First half of every key, so that other users of the database do not collide with us. */
  private static final int HOUSE = "minsight".hashCode();

  private final JdbcClient jdbc;
  private final boolean sideBySide;

  Turns(JdbcTemplate template, JdbcClient jdbc) {
    this.jdbc = jdbc;
    this.sideBySide =
        "PostgreSQL"
            .equals(
                template.execute(
                    (Connection connection) -> connection.getMetaData().getDatabaseProductName()));
  }

  /**
   * Waits until nobody else has the turn of a subject, and has it until the transaction ends.
   * Taking it twice does no harm.
   *
   * @param subject what is looked at and then written, one name everywhere
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public void take(String subject) {
    if (sideBySide) {
      jdbc.sql("SELECT pg_advisory_xact_lock(:house, :subject)")
          .param("house", HOUSE)
          .param("subject", subject.hashCode())
          .query((row, number) -> true)
          .single();
    }
  }

  /**
   * As {@link #take}, without waiting.
   *
   * @param subject what only one should do at a time
   * @return whether the turn is ours; on SQLite, which one process uses alone, always
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public boolean tryTake(String subject) {
    return !sideBySide
        || jdbc.sql("SELECT pg_try_advisory_xact_lock(:house, :subject)")
            .param("house", HOUSE)
            .param("subject", subject.hashCode())
            .query(Boolean.class)
            .single();
  }

  /**
   * @return the end of a SELECT whose rows nobody else may change until the transaction ends
   */
  public String forUpdate() {
    return sideBySide ? " FOR UPDATE" : "";
  }
}
