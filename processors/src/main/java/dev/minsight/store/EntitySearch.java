package dev.minsight.store;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Turns an {@link EntityQuery} into SQL that SQLite and PostgreSQL both understand. */
final class EntitySearch {

  /** Everything below a trashed collection, found from the top so that it is done once a query. */
  private static final String TRASHED =
      """
      WITH RECURSIVE trashed (id) AS (
        SELECT id FROM entities WHERE is_collection AND is_deleted
        UNION
        SELECT c.id FROM entities c JOIN trashed t ON c.parent_id = t.id WHERE c.is_collection)
      """;

  private final StringBuilder where = new StringBuilder("WHERE TRUE");
  private final Map<String, Object> params = new LinkedHashMap<>();
  private final String with;
  private final EntityQuery query;

  EntitySearch(EntityQuery query) {
    this.query = query;
    this.with = query.excludeDeleted() ? TRASHED : "";
    and("e.md5 = :md5", "md5", query.md5());
    and("e.mime_type = :mimeType", "mimeType", query.mimeType());
    and("e.type = :type", "type", query.type());
    and("e.width = :width", "width", query.width());
    and("e.height = :height", "height", query.height());
    and("e.file_size >= :fileSizeMin", "fileSizeMin", query.fileSizeMin());
    and("e.file_size <= :fileSizeMax", "fileSizeMax", query.fileSizeMax());
    and("e.added_date >= :dateFrom", "dateFrom", query.dateFrom());
    and("e.added_date <= :dateTo", "dateTo", query.dateTo());
    and("e.is_collection = :isCollection", "isCollection", query.isCollection());
    if (query.parentId() != null && query.parentId() == 0) {
      where.append(" AND e.parent_id IS NULL");
    } else {
      and("e.parent_id = :parentId", "parentId", query.parentId());
    }
    if (query.search() != null) {
      and("e.search_text LIKE :search ESCAPE '\\'", "search", contains(query.search()));
    }
    if (query.excludeDeleted()) {
      where.append(
          " AND NOT e.is_deleted"
              + " AND (e.parent_id IS NULL OR e.parent_id NOT IN (SELECT id FROM trashed))");
    }
    and(
        "(SELECT COUNT(*) FROM entities_version v WHERE v.id = e.id) >= :version",
        "version",
        query.version());
  }

  private void and(String condition, String name, Object value) {
    if (value != null) {
      where.append(" AND ").append(condition);
      params.put(name, value);
    }
  }

  private static String contains(String text) {
    return "%" + MediaEntity.folded(text).replaceAll("([\\\\%_])", "\\\\$1") + "%";
  }

  long total(JdbcClient jdbc) {
    return jdbc.sql(with + "SELECT COUNT(*) FROM entities e " + where)
        .params(params)
        .query(Long.class)
        .single();
  }

  /** Ids of the page's rows, in order. */
  List<Long> page(JdbcClient jdbc) {
    return jdbc.sql(
            with
                + "SELECT e.id FROM entities e "
                + where
                + " ORDER BY e.added_date DESC, e.id DESC LIMIT :limit OFFSET :offset")
        .params(params)
        .param("limit", query.pageSize())
        .param("offset", query.offset())
        .query(Long.class)
        .list();
  }
}
