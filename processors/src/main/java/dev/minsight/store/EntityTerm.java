package dev.minsight.store;

import java.util.Locale;

/** One condition of a list, named as its query parameter in lower case; store.md section 4.2. */
public enum EntityTerm {
  /** Exact digest. */
  MD5(Kind.TEXT, "md5", "=", 1),
  /** Words, as typed into a search box. */
  Q(Kind.TEXT, null, null, 2),
  /** Part of label or description, in any case, taken literally. */
  SEARCH_QUERY(Kind.TEXT, null, null, 3),
  /** Collection it lies in; 0 for the root. */
  PARENT_ID(Kind.NUMBER, "parent_id", "=", 4),
  /** This version of each (from 1), leaving out what has fewer. */
  VERSION(Kind.NUMBER, null, null, 5),
  /** Exact, pixels. */
  WIDTH(Kind.NUMBER, "width", "=", 6),
  /** Exact, pixels. */
  HEIGHT(Kind.NUMBER, "height", "=", 7),
  /** Least size, bytes. */
  FILE_SIZE_MIN(Kind.NUMBER, "file_size", ">=", 8),
  /** Greatest size, bytes. */
  FILE_SIZE_MAX(Kind.NUMBER, "file_size", "<=", 8),
  /** Earliest create_date, milliseconds since 1970. */
  CREATE_DATE_FROM(Kind.NUMBER, "create_date", ">=", 9),
  /** Latest create_date, milliseconds since 1970. */
  CREATE_DATE_TO(Kind.NUMBER, "create_date", "<=", 9),
  /** Earliest added_date, milliseconds since 1970. */
  DATE_FROM(Kind.NUMBER, "added_date", ">=", 10),
  /** Latest added_date, milliseconds since 1970. */
  DATE_TO(Kind.NUMBER, "added_date", "<=", 10),
  /** Exact user id. */
  ADDED_BY(Kind.TEXT, "added_by", "=", 11),
  /** Exact. */
  MIME_TYPE(Kind.TEXT, "mime_type", "=", 12),
  /** Exact. */
  TYPE(Kind.TEXT, "type", "=", 13),
  /** Collections only, or media only. */
  IS_COLLECTION(Kind.FLAG, "is_collection", null, 14),
  /** What is in the trash itself, or what is not. */
  IS_DELETED(Kind.FLAG, "is_deleted", null, 15),
  /** Leaves out what is in the trash, itself or with a collection above it. */
  EXCLUDE_DELETED(Kind.FLAG, null, null, 16),
  /** The list as it was at this instant, milliseconds since 1970. */
  AS_OF(Kind.NUMBER, null, null, 17);

  /** What a value is. */
  public enum Kind {
    /** A {@link String}. */
    TEXT,
    /** A {@link Long}. */
    NUMBER,
    /** A {@link Boolean}. */
    FLAG
  }

  private final String parameter = name().toLowerCase(Locale.ROOT);
  private final Kind kind;
  private final String column;
  private final String operator;
  private final int rank;

  EntityTerm(Kind kind, String column, String operator, int rank) {
    this.kind = kind;
    this.column = column;
    this.operator = operator;
    this.rank = rank;
  }

  /**
   * @return what its value is
   */
  public Kind kind() {
    return kind;
  }

  /**
   * @return the query parameter
   */
  public String parameter() {
    return parameter;
  }

  /** What it compares, or null where that takes more than a column. */
  String column() {
    return column;
  }

  /** How it compares a column with the value, or null. */
  String operator() {
    return operator;
  }

  /** Which of several to look up in an index: the lower, the fewer rows it is likely to find. */
  int rank() {
    return rank;
  }
}
