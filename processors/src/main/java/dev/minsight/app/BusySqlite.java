package dev.minsight.app;

import com.zaxxer.hikari.SQLExceptionOverride;
import dev.minsight.support.SqliteBusy;
import java.sql.SQLException;

/**
 * Takes a connection out of the pool whose transaction could not begin because another program had
 * the database for longer than {@code busy_timeout}. The driver (sqlite-jdbc 3.54) notes "no auto
 * commit" before it asks SQLite to begin; after that failed, it would run everything that follows
 * on this connection without a transaction, each statement by itself.
 */
final class BusySqlite implements SQLExceptionOverride {

  @java.lang.Override
  public SQLExceptionOverride.Override adjudicate(SQLException failure) {
    return SqliteBusy.is(failure)
        ? SQLExceptionOverride.Override.MUST_EVICT
        : SQLExceptionOverride.Override.CONTINUE_EVICT;
  }
}
