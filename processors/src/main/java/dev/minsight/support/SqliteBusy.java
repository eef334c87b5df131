package dev.minsight.support;

import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Tells that another program had SQLite's file for longer than {@code busy_timeout}. */
public final class SqliteBusy {

  /** Extended result codes keep the kind of failure in their lowest byte (sqlite.org/rescode). */
  private static final int PRIMARY = 0xFF;

  private SqliteBusy() {}

  /**
   * @param failure as the driver threw it
   * @return whether that was the reason
   */
  public static boolean is(Throwable failure) {
    return failure instanceof SQLiteException sqlite
        && (sqlite.getResultCode().code & PRIMARY) == SQLiteErrorCode.SQLITE_BUSY.code;
  }
}
