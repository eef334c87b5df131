package dev.minsight.ingest;

import java.nio.file.Files;
import java.nio.file.LinkOption;
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

  /**
   * A file that did not become an entity and still lies about.
   *
   * @param name path relative to the watched folder
   * @param file where it lies now
   * @param reason in plain words
   * @param at when it was refused
   */
  public record Refused(String name, Path file, String reason, Instant at) {}

  /**
   * @param limit how many are looked at
   * @return the files refused last that nobody has taken away yet, newest first
   */
  @Transactional(readOnly = true)
  public List<Refused> refused(int limit) {
    return jdbc
        .sql(
            """
            SELECT source_path, root, target, reason, updated_at FROM ingest_claims
            WHERE state = 'failed' ORDER BY updated_at DESC, id DESC LIMIT ?""")
        .param(limit)
        .query(
            (row, number) -> {
              Path root = Path.of(row.getString("root"));
              Path source = Path.of(row.getString("source_path"));
              Path moved = root.resolve(row.getString("target"));
              return new Refused(
                  Claim.relativeName(root, source),
                  lies(moved) ? moved : source,
                  row.getString("reason"),
                  Instant.ofEpochMilli(row.getLong("updated_at")));
            })
        .list()
        .stream()
        .filter(refused -> lies(refused.file()))
        .toList();
  }

  private static boolean lies(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }

  private static String status(ClaimState state) {
    return switch (state) {
      case NEW -> "waiting";
      case CLAIMED, STORED, REFUSED -> "working";
      case DONE, KNOWN, FAILED -> state.word();
    };
  }
}
