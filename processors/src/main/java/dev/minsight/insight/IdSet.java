package dev.minsight.insight;

import java.util.Arrays;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Ids that a statement gave, eight bytes each, to be asked often. */
final class IdSet {

  static final IdSet NONE = new IdSet(new long[0]);

  private final long[] sorted;

  private IdSet(long[] sorted) {
    this.sorted = sorted;
  }

  /** The first column of a statement; read within the caller's transaction. */
  static IdSet of(JdbcClient.StatementSpec statement) {
    try (Stream<Long> ids = statement.query((row, number) -> row.getLong(1)).stream()) {
      long[] all = ids.mapToLong(Long::longValue).toArray();
      Arrays.sort(all);
      return new IdSet(all);
    }
  }

  int size() {
    return sorted.length;
  }

  boolean contains(long id) {
    return Arrays.binarySearch(sorted, id) >= 0;
  }
}
