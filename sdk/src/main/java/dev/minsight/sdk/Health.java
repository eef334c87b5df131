package dev.minsight.sdk;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What {@code /actuator/health} says, of the server and of each of its parts.
 *
 * @param status {@code UP}, {@code DOWN}, {@code OUT_OF_SERVICE} or {@code UNKNOWN}
 * @param components by name; empty for a part, or where the server keeps them to itself
 * @param details what the part has to say
 */
@WireRecord
public record Health(String status, Map<String, Health> components, Map<String, Object> details) {

  /** Missing maps are empty ones; the server's order is kept. */
  public Health {
    components = copy(components);
    details = copy(details);
  }

  /**
   * @return whether the server can do its work
   */
  public boolean up() {
    return "UP".equals(status);
  }

  private static <V> Map<String, V> copy(Map<String, V> map) {
    return map == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
