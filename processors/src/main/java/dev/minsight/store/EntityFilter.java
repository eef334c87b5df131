package dev.minsight.store;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which entities to list; all conditions must hold.
 *
 * @param terms values by condition: {@link String}, {@link Long} or {@link Boolean} as the term's
 *     {@link EntityTerm#kind()} says
 */
public record EntityFilter(Map<EntityTerm, Object> terms) {

  /** Takes a copy. */
  public EntityFilter {
    Map<EntityTerm, Object> copy = new EnumMap<>(EntityTerm.class);
    copy.putAll(terms);
    // A condition that is not to be had leaves nothing out.
    copy.remove(EntityTerm.EXCLUDE_DELETED, false);
    terms = Collections.unmodifiableMap(copy);
  }

  /**
   * @return without conditions
   */
  public static EntityFilter everything() {
    return new EntityFilter(Map.of());
  }

  /**
   * @param term condition
   * @param value null leaves the filter as it is
   * @return a narrower filter
   */
  public EntityFilter with(EntityTerm term, Object value) {
    if (value == null) {
      return this;
    }
    Map<EntityTerm, Object> narrower = new EnumMap<>(EntityTerm.class);
    narrower.putAll(terms);
    narrower.put(term, value);
    return new EntityFilter(narrower);
  }

  Set<EntityTerm> names() {
    return terms.keySet();
  }

  boolean has(EntityTerm term) {
    return terms.containsKey(term);
  }

  boolean flag(EntityTerm term) {
    return Boolean.TRUE.equals(terms.get(term));
  }

  String text(EntityTerm term) {
    return (String) terms.get(term);
  }

  Optional<Long> number(EntityTerm term) {
    return Optional.ofNullable((Long) terms.get(term));
  }

  /** The same text for the same conditions; lengths keep values from looking like other terms. */
  String canonical() {
    return terms.entrySet().stream()
        .map(
            term -> {
              String value = term.getValue().toString();
              return term.getKey() + ":" + value.length() + ":" + value;
            })
        .collect(Collectors.joining("\n"));
  }
}
