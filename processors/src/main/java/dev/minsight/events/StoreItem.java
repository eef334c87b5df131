package dev.minsight.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Objects;

/**
 * New media, or media whose file was replaced; never a duplicate, never a collection.
 *
 * @param id id of the entity
 * @param md5 of its content, hexadecimal
 * @param timestamp milliseconds since 1970
 */
public record StoreItem(
    @JsonProperty(value = "id", required = true) long id,
    @JsonProperty(value = "md5", required = true) String md5,
    @JsonProperty(value = "timestamp", required = true) long timestamp)
    implements WirePayload {

  /** Checks what must be there. */
  public StoreItem {
    Objects.requireNonNull(md5, "md5");
  }
}
