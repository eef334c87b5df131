package dev.minsight.insight;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which photos to process again; what is null does not matter.
 *
 * @param status overall status: queued, processing, completed or failed; {@code none} for photos
 *     that were never looked at
 * @param entityIds these only
 * @param parentId those directly in this collection
 * @param addedFrom added at this time or later, ms since epoch
 * @param addedTo added before this time, ms since epoch
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record ReprocessFilter(
    List<String> status, List<Long> entityIds, Long parentId, Long addedFrom, Long addedTo) {

  /** Of a photo that reconcile has not seen yet. */
  public static final String NONE = "none";

  /**
   * @param entityId a photo
   * @return a filter for just this one
   */
  static ReprocessFilter only(long entityId) {
    return new ReprocessFilter(null, List.of(entityId), null, null, null);
  }

  /**
   * @return whether every photo fits
   */
  public boolean all() {
    return status == null
        && entityIds == null
        && parentId == null
        && addedFrom == null
        && addedTo == null;
  }

  /** A condition about {@code entities e LEFT JOIN entity_intelligence i}. */
  String condition() {
    List<String> terms = new ArrayList<>();
    if (status != null) {
      terms.add("COALESCE(i.overall_status, 'none') IN (:status)");
    }
    if (entityIds != null) {
      terms.add("e.id IN (:ids)");
    } else {
      terms.add("NOT e.is_collection"); // nobody means them, unless they are named
    }
    if (parentId != null) {
      terms.add("e.parent_id = :parent");
    }
    if (addedFrom != null) {
      terms.add("e.added_date >= :added_from");
    }
    if (addedTo != null) {
      terms.add("e.added_date < :added_to");
    }
    return String.join(" AND ", terms);
  }

  /** The parameters of {@link #condition}. */
  Map<String, Object> parameters() {
    Map<String, Object> parameters = new LinkedHashMap<>();
    put(parameters, "status", status);
    put(parameters, "ids", entityIds);
    put(parameters, "parent", parentId);
    put(parameters, "added_from", addedFrom);
    put(parameters, "added_to", addedTo);
    return parameters;
  }

  private static void put(Map<String, Object> parameters, String name, Object value) {
    if (value != null) {
      parameters.put(name, value);
    }
  }
}
