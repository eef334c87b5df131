package dev.minsight.ingest;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What the drop folders did last, for the pages. */
@Component
public class RecentClaims {

  private final JdbcClient jdbc;

  RecentClaims(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * One file and what became of it.
   *
   * @param name path relative to the watched folder
   * @param root the watched folder
   * @param status {@code waiting}, {@code working}, {@code done}, {@code known} or {@code failed}
   * @param entityId the entity that holds the content, or null
   * @param reason in plain words, or null
   * @param at when it came to this
   */
  public record Taken(
      String name, Path root, String status, Long entityId, String reason, Instant at) {}

  /**
   * @param limit how many at most
   * @return the files that something happened to last, newest first
   */
  @Transactional(readOnly = true)
  public List<Taken> newest(int limit) {
    return jdbc.sql(
            """
            SELECT source_path, root, state, entity_id, reason, updated_at
            FROM ingest_claims ORDER BY updated_at DESC, id DESC LIMIT ?""")
        .param(limit)
        .query(
            (row, number) -> {
              Path root = Path.of(row.getString("root"));
              long entityId = row.getLong("entity_id");
              return new Taken(
                  Claim.relativeName(root, Path.of(row.getString("source_path"))),
                  root,
                  status(ClaimState.of(row.getString("state"))),
                  entityId == 0 ? null : entityId,
                  row.getString("reason"),
                  Instant.ofEpochMilli(row.getLong("updated_at")));
            })
        .list();
  }

  private static String status(ClaimState state) {
    return switch (state) {
      case NEW -> "waiting";
      case CLAIMED, STORED, REFUSED -> "working";
      case DONE, KNOWN, FAILED -> state.word();
    };
  }
}
