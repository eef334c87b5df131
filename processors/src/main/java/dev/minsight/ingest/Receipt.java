package dev.minsight.ingest;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What became of a dropped file, for the person who dropped it.
 *
 * @param file path relative to the watched folder, as it was dropped
 * @param status {@code done}, {@code known} or {@code failed}
 * @param entityId the entity that holds the content, or null
 * @param reason in plain words, or null when all is well
 * @param at when, ISO-8601 in UTC
 */
@JsonPropertyOrder({"file", "status", "entity_id", "reason", "at"})
record Receipt(
    String file,
    String status,
    @JsonProperty("entity_id") Long entityId,
    String reason,
    String at) {

  static Receipt of(Claim claim) {
    return new Receipt(
        claim.relativeName(),
        claim.outcome().word(),
        claim.entityId(),
        claim.reason(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }
}
