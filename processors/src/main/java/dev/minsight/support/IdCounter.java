package dev.minsight.support;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Hands out ids that clients see: small, dense, ascending and never used again, one series a kind.
 *
 * <p>The counter row is written in the caller's transaction, so an id of a transaction that was
 * rolled back was never seen by anybody. The row stays locked until that transaction ends, so ids
 * of a kind commit in ascending order, also where writers run side by side (PostgreSQL).
 */
@Component
public class IdCounter {

  private final JdbcClient jdbc;

  IdCounter(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * @param kind name of the series
   * @return the next id, 1 or more
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public long next(String kind) {
    return next(kind, 1);
  }

  /**
   * Takes a run of ids at once.
   *
   * @param kind name of the series
   * @param count how many, at least 1
   * @return the first of {@code count} consecutive ids
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public long next(String kind, int count) {
    long last =
        jdbc.sql(
                """
                INSERT INTO id_counter (name, last) VALUES (:kind, :count)
                ON CONFLICT (name) DO UPDATE SET last = id_counter.last + :count
                RETURNING last""")
            .param("kind", kind)
            .param("count", count)
            .query(Long.class)
            .single();
    return last - count + 1;
  }
}
