package dev.minsight.sdk;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.List;
import java.util.Optional;

/**
 * An account.
 *
 * @param id row id
 * @param username unique
 * @param isAdmin passes every permission check
 * @param isActive may log in
 * @param createdAt ISO 8601, with or without a zone; see {@link #created()}
 * @param permissions never null
 */
@WireRecord
public record User(
    long id,
    String username,
    boolean isAdmin,
    Boolean isActive,
    String createdAt,
    List<String> permissions) {

  /** An account is active unless the server says otherwise. */
  public User {
    isActive = isActive == null || isActive;
    permissions = permissions == null ? List.of() : List.copyOf(permissions);
  }

  /**
   * @return when the account was made; a time without a zone is UTC, as the contract has it
   */
  public Optional<Instant> created() {
    if (createdAt == null) {
      return Optional.empty();
    }
    TemporalAccessor time =
        DateTimeFormatter.ISO_DATE_TIME.parseBest(
            createdAt, OffsetDateTime::from, LocalDateTime::from);
    return Optional.of(
        time instanceof OffsetDateTime zoned
            ? zoned.toInstant()
            : ((LocalDateTime) time).toInstant(ZoneOffset.UTC));
  }
}
