package dev.minsight.insight;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A {@link PhotoFilter} as a condition of SQL, the same for SQLite and PostgreSQL.
 *
 * @param params values by name; the names are the same for every alias
 */
record PhotoFilterSql(PhotoFilter filter, Map<String, Object> params) {

  /** Mean radius of the earth, kilometres (IUGG). */
  private static final double EARTH = 6371.0088;

  /** Collections in the trash, themselves or with one above them. */
  private static final String TRASHED_COLLECTIONS =
      """
      WITH RECURSIVE gone (id) AS (
        SELECT id FROM entities WHERE is_collection AND is_deleted
        UNION SELECT c.id FROM entities c JOIN gone ON c.parent_id = gone.id
        WHERE c.is_collection)
      SELECT id FROM gone""";

  private static final String BELOW =
      """
      WITH RECURSIVE below (id) AS (
        SELECT CAST(:parent AS BIGINT)
        UNION SELECT c.id FROM entities c JOIN below ON c.parent_id = below.id
        WHERE c.is_collection)
      SELECT id FROM below""";

  /** What is in the trash, itself or with a collection above it; few compared with what lives. */
  static final String TRASH =
      "SELECT id FROM entities WHERE is_deleted OR parent_id IN (" + TRASHED_COLLECTIONS + ")";

  static PhotoFilterSql of(PhotoFilter filter) {
    Map<String, Object> params = new LinkedHashMap<>();
    put(params, "created_from", filter.from());
    put(params, "created_to", filter.to());
    put(params, "type", filter.type());
    put(params, "mime_type", filter.mimeType());
    put(params, "parent", filter.parentId());
    if (filter.box() != null) {
      params.put("west", filter.box().west());
      params.put("south", filter.box().south());
      params.put("east", filter.box().east());
      params.put("north", filter.box().north());
    }
    if (filter.near() != null) {
      near(filter.near(), params);
    }
    for (int i = 0; i < filter.personIds().size(); i++) {
      params.put("person" + i, filter.personIds().get(i));
    }
    return new PhotoFilterSql(filter, params);
  }

  private static void put(Map<String, Object> params, String name, Object value) {
    if (value != null) {
      params.put(name, value);
    }
  }

  private static void near(PhotoFilter.Circle near, Map<String, Object> params) {
    double reach = Math.toDegrees(near.kilometres() / EARTH);
    double half = Math.sin(Math.min(near.kilometres() / EARTH, Math.PI) / 2);
    params.put("near_lat", near.latitude());
    params.put("near_lon", near.longitude());
    params.put("near_cos", Math.cos(Math.toRadians(near.latitude())));
    params.put("near_south", near.latitude() - reach);
    params.put("near_north", near.latitude() + reach);
    params.put("near_reach", half * half);
  }

  /**
   * @param e alias of a row of entities
   * @return the condition, to follow WHERE or AND
   */
  String of(String e) {
    List<String> all = new ArrayList<>();
    all.add("NOT @.is_collection");
    if (!filter.includeDeleted()) {
      all.add("NOT @.is_deleted");
      all.add("(@.parent_id IS NULL OR @.parent_id NOT IN (" + TRASHED_COLLECTIONS + "))");
    }
    add(all, filter.from(), "@.create_date >= :created_from");
    add(all, filter.to(), "@.create_date <= :created_to");
    add(all, filter.type(), "@.type = :type");
    add(all, filter.mimeType(), "@.mime_type = :mime_type");
    add(all, filter.parentId(), "@.parent_id IN (" + BELOW + ")");
    if (filter.box() != null) {
      boolean dateLine = filter.box().west() > filter.box().east();
      all.add("@.latitude >= :south AND @.latitude <= :north");
      all.add("(@.longitude >= :west %s @.longitude <= :east)".formatted(dateLine ? "OR" : "AND"));
    }
    if (filter.near() != null) {
      // The haversine of the distance, compared with that of the radius; the belt uses the index.
      all.add("@.latitude >= :near_south AND @.latitude <= :near_north");
      all.add(
          """
          (sin(radians(@.latitude - :near_lat) / 2) * sin(radians(@.latitude - :near_lat) / 2)
            + :near_cos * cos(radians(@.latitude))
            * sin(radians(@.longitude - :near_lon) / 2) * sin(radians(@.longitude - :near_lon) / 2)
            <= :near_reach)""");
    }
    for (int i = 0; i < filter.personIds().size(); i++) {
      all.add(
          "@.id IN (SELECT f.entity_id FROM faces f WHERE f.known_person_id = :person" + i + ")");
    }
    return String.join(" AND ", all).replace("@", e);
  }

  private static void add(List<String> all, Object value, String condition) {
    if (value != null) {
      all.add(condition);
    }
  }
}
