package dev.minsight.api;

import dev.minsight.store.EntityFilter;
import dev.minsight.store.EntityLists;
import dev.minsight.store.EntityOrder;
import dev.minsight.store.EntityOrder.SortKey;
import dev.minsight.store.EntityPage;
import dev.minsight.store.EntityQuery;
import dev.minsight.store.EntityTerm;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** {@code GET /entities}: store.md section 4.2, and the list parameters of ours.md section 5. */
@Component("entityListApi")
class EntityListApi {

  private static final int MAX_PAGE_SIZE = 100;
  private static final int PAGE_SIZE = 20;

  private final EntityLists entities;
  private final EntityAnswers answers;

  EntityListApi(EntityLists entities, EntityAnswers answers) {
    this.entities = entities;
    this.answers = answers;
  }

  /** GET: a page by number, or with {@code limit} or {@code cursor} what follows a row. */
  public void list(Exchange exchange) {
    Form query = Form.query(exchange);
    EntityFilter filter = filter(query);
    EntityOrder order = order(query);
    boolean intelligence = query.flag("include_intelligence").orElse(false);
    Optional<Boolean> count = query.flag("count");
    Map<String, Object> body = new LinkedHashMap<>();
    if (query.text("cursor").isPresent() || query.text("limit").isPresent()) {
      int limit = (int) query.number("limit", PAGE_SIZE, 1, MAX_PAGE_SIZE);
      refuseBoth(query);
      query.check();
      String cursor = query.text("cursor").orElse(null);
      EntityPage found =
          entities.list(EntityQuery.after(filter, order, cursor, limit, count.orElse(false)));
      body.put("items", items(found, intelligence));
      body.put("pagination", pagination(limit, found));
      body.put("next_cursor", found.nextCursor());
    } else {
      long page = query.number("page", 1, 1, Long.MAX_VALUE);
      int size = (int) query.number("page_size", PAGE_SIZE, 1, MAX_PAGE_SIZE);
      query.check();
      EntityPage found =
          entities.list(
              new EntityQuery(
                  filter,
                  order == null ? EntityOrder.NEWEST : order,
                  new EntityQuery.Page(page, size),
                  count.orElse(true)));
      body.put("items", items(found, intelligence));
      body.put("pagination", pagination(page, size, found));
    }
    Wire.json(exchange, 200, body);
  }

  private static EntityFilter filter(Form query) {
    EntityFilter filter = EntityFilter.everything();
    for (EntityTerm term : EntityTerm.values()) {
      String name = term.parameter();
      Optional<?> value =
          switch (term.kind()) {
            case TEXT -> query.text(name);
            case NUMBER -> term == EntityTerm.VERSION ? version(query) : query.number(name);
            case FLAG -> query.flag(name);
          };
      filter = filter.with(term, value.orElse(null));
    }
    return filter;
  }

  private static Optional<Long> version(Form query) {
    if (query.text("version").isEmpty()) {
      return Optional.empty();
    }
    query
        .text("as_of")
        .ifPresent(
            sent ->
                query.wrong(
                    "as_of",
                    "value_error",
                    "as_of and version name two states of an entity; send one of them",
                    sent));
    return Optional.of(query.number("version", 1, 1, Long.MAX_VALUE));
  }

  /** Null when nothing is said: then a cursor says it. */
  private static EntityOrder order(Form query) {
    Optional<String> sortBy = query.text("sort_by");
    Optional<String> direction = query.text("order");
    if (sortBy.isEmpty() && direction.isEmpty()) {
      return null;
    }
    SortKey by = SortKey.ADDED_DATE;
    if (sortBy.isPresent()) {
      List<SortKey> keys = Arrays.asList(SortKey.values());
      by =
          keys.stream()
              .filter(key -> key.parameter().equals(sortBy.get()))
              .findFirst()
              .orElse(null);
      if (by == null) {
        query.notOneOf("sort_by", keys.stream().map(SortKey::parameter).toList(), sortBy.get());
      }
    }
    String way = direction.orElse("desc");
    if (!List.of("asc", "desc").contains(way)) {
      query.notOneOf("order", List.of("asc", "desc"), way);
    }
    return new EntityOrder(by, way.equals("asc"));
  }

  private static void refuseBoth(Form query) {
    for (String name : List.of("page", "page_size")) {
      query
          .text(name)
          .ifPresent(
              sent ->
                  query.wrong(
                      name,
                      "value_error",
                      "page and page_size do not go with cursor and limit; send one pair",
                      sent));
    }
  }

  private List<?> items(EntityPage found, boolean intelligence) {
    return intelligence ? answers.full(found.items()) : found.items();
  }

  private static Map<String, Object> pagination(int limit, EntityPage found) {
    Map<String, Object> pagination = new LinkedHashMap<>();
    pagination.put("limit", limit);
    pagination.put("has_next", found.hasNext());
    pagination.put("total_items", found.total());
    return pagination;
  }

  private static Map<String, Object> pagination(long page, long size, EntityPage found) {
    Long total = found.total();
    Map<String, Object> pagination = new LinkedHashMap<>();
    pagination.put("page", page);
    pagination.put("page_size", size);
    pagination.put("total_items", total);
    pagination.put("total_pages", total == null ? null : (Long) ((total + size - 1) / size));
    pagination.put("has_next", found.hasNext());
    pagination.put("has_prev", page > 1);
    return pagination;
  }
}
