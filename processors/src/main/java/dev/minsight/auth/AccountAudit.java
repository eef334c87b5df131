package dev.minsight.auth;

import dev.minsight.support.Caller;
import dev.minsight.support.IdCounter;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Who changed what on which account, and when. Entries are written in the transaction of the
 * change, so there is never one without the other; they hold no passwords, keys or tokens.
 */
@Component
public class AccountAudit {

  /**
   * Something that happened to an account.
   *
   * @param id ascending in the order of events
   * @param at to the millisecond
   * @param event what happened
   * @param actor id claim of who did it; null for the server itself and for strangers
   * @param userId the account it was done to, or null
   * @param username name of that account at the time, or null
   * @param detail for people, or null
   * @param requestId of the request that did it, or null
   */
  public record Entry(
      long id,
      Instant at,
      AccountEvent event,
      String actor,
      Long userId,
      String username,
      String detail,
      String requestId) {}

  private final JdbcClient jdbc;
  private final IdCounter ids;
  private final Clock clock;

  AccountAudit(JdbcClient jdbc, IdCounter ids, Clock clock) {
    this.jdbc = jdbc;
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * Notes an event in the transaction of the change itself, on behalf of {@link Caller#current}.
   *
   * @param on the account it was done to, or null
   * @param detail for people, without secrets, or null
   */
  @Transactional(propagation = Propagation.MANDATORY)
  void record(AccountEvent event, User on, String detail) {
    Caller caller = Caller.current();
    jdbc.sql(
            """
            INSERT INTO account_audit (id, at, event, actor, user_id, username, detail, request_id)
            VALUES (:id, :at, :event, :actor, :user, :username, :detail, :request)""")
        .param("id", ids.next("account-audit"))
        .param("at", clock.millis())
        .param("event", event.wireName())
        .param("actor", caller.userId())
        .param("user", on == null ? null : on.id())
        .param("username", on == null ? null : on.username())
        .param("detail", detail)
        .param("request", caller.requestId())
        .update();
  }

  /**
   * One page, newest first.
   *
   * @param userId only what was done to this account; null for all
   * @param before only entries with a smaller id, {@link Long#MAX_VALUE} for the first page
   * @param limit most entries, 1 or more
   * @return the entries
   */
  @Transactional(readOnly = true)
  public List<Entry> page(Long userId, long before, int limit) {
    String whose = userId == null ? "" : "user_id = :user AND ";
    JdbcClient.StatementSpec query =
        jdbc.sql(
                "SELECT id, at, event, actor, user_id, username, detail, request_id"
                    + " FROM account_audit WHERE "
                    + whose
                    + "id < :before ORDER BY id DESC LIMIT :limit")
            .param("before", before)
            .param("limit", limit);
    return (userId == null ? query : query.param("user", userId)).query(AccountAudit::entry).list();
  }

  private static Entry entry(ResultSet row, int number) throws SQLException {
    return new Entry(
        row.getLong("id"),
        Instant.ofEpochMilli(row.getLong("at")),
        AccountEvent.of(row.getString("event")),
        row.getString("actor"),
        row.getObject("user_id") == null ? null : row.getLong("user_id"),
        row.getString("username"),
        row.getString("detail"),
        row.getString("request_id"));
  }
}
