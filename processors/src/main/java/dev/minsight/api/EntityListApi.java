package dev.minsight.api;

import dev.minsight.store.EntityLists;
import dev.minsight.store.EntityPage;
import dev.minsight.store.EntityQuery;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** {@code GET /entities}: store.md section 4.2. */
@Component("entityListApi")
class EntityListApi {

  private static final int MAX_PAGE_SIZE = 100;

  private final EntityLists entities;
  private final EntityAnswers answers;

  EntityListApi(EntityLists entities, EntityAnswers answers) {
    this.entities = entities;
    this.answers = answers;
  }

  /** GET: one page of a filtered list. */
  public void list(Exchange exchange) {
    Form query = Form.query(exchange);
    long page = query.number("page", 1, 1, Long.MAX_VALUE);
    long pageSize = query.number("page_size", 20, 1, MAX_PAGE_SIZE);
    boolean intelligence = query.flag("include_intelligence").orElse(false);
    EntityQuery wanted =
        new EntityQuery(
            page,
            (int) pageSize,
            query.number("version").orElse(null),
            query.text("search_query").orElse(null),
            query.flag("exclude_deleted").orElse(false),
            query.text("md5").orElse(null),
            query.text("mime_type").orElse(null),
            query.text("type").orElse(null),
            query.number("width").orElse(null),
            query.number("height").orElse(null),
            query.number("file_size_min").orElse(null),
            query.number("file_size_max").orElse(null),
            query.number("date_from").orElse(null),
            query.number("date_to").orElse(null),
            query.number("parent_id").orElse(null),
            query.flag("is_collection").orElse(null));
    query.check();
    EntityPage found = entities.list(wanted);
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("items", intelligence ? answers.full(found.items()) : answers.plain(found.items()));
    body.put("pagination", pagination(page, pageSize, found.total()));
    Wire.json(exchange, 200, body);
  }

  private static Map<String, Object> pagination(long page, long pageSize, long total) {
    long pages = (total + pageSize - 1) / pageSize;
    Map<String, Object> pagination = new LinkedHashMap<>();
    pagination.put("page", page);
    pagination.put("page_size", pageSize);
    pagination.put("total_items", total);
    pagination.put("total_pages", pages);
    pagination.put("has_next", page < pages);
    pagination.put("has_prev", page > 1);
    return pagination;
  }
}
