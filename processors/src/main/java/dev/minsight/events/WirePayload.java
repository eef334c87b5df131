package dev.minsight.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Optional;

/** A payload that goes over the wire as a JSON object with nulls included. */
public sealed interface WirePayload
    permits EntityStatus, JobEvent, MInsightStatus, StoreItem, WorkerCapability {

  /**
   * @return the JSON object, in the field order of the record
   */
  default String json() {
    try {
      return Json.MAPPER.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of plain fields did not become JSON", e);
    }
  }

  /**
   * Reads a payload that somebody else sent.
   *
   * @param json the message; may be empty or anything at all
   * @param type the expected payload
   * @param <T> the expected payload
   * @return empty when the message is empty, no JSON object, or lacks a required field
   */
  static <T extends WirePayload> Optional<T> parse(String json, Class<T> type) {
    if (json == null || json.isBlank()) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(Json.MAPPER.readValue(json, type));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** Holds the mapper, because a field of an interface would be public. */
  final class Json {

    private static final JsonMapper MAPPER =
        JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private Json() {}
  }
}
