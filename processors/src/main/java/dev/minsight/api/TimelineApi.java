package dev.minsight.api;

import dev.minsight.auth.User;
import dev.minsight.auth.Users;
import dev.minsight.insight.Timeline;
import dev.minsight.insight.TimelineEntry;
import dev.minsight.store.Entities;
import dev.minsight.support.NotFoundException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** {@code GET /entities/{id}/timeline}: what happened to an entity; ours.md section 5. */
@Component("timelineApi")
class TimelineApi {

  private static final int PAGE_SIZE = 100;
  private static final int MAX_PAGE_SIZE = 500;

  private final Entities entities;
  private final Timeline timeline;
  private final Users users;

  TimelineApi(Entities entities, Timeline timeline, Users users) {
    this.entities = entities;
    this.timeline = timeline;
    this.users = users;
  }

  /** GET: oldest first, a page at a time. */
  public void list(Exchange exchange) {
    Form query = Form.query(exchange);
    long id = query.path("id", "entity_id");
    int limit = (int) query.number("limit", PAGE_SIZE, 1, MAX_PAGE_SIZE);
    Timeline.Place after = query.text("cursor").map(sent -> place(query, sent)).orElse(null);
    query.check();
    if (entities.find(id).isEmpty()) {
      throw new NotFoundException("Entity not found");
    }
    Timeline.Page page = timeline.of(id, after, limit);
    UnaryOperator<String> actors = actors(exchange);
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("entity_id", id);
    body.put("items", page.entries().stream().map(entry -> item(entry, actors)).toList());
    body.put("next_cursor", page.next().map(TimelineApi::cursor).orElse(null));
    Wire.json(exchange, 200, body);
  }

  /** Signed-in people are told names; guests the numbers that the versions tell them, too. */
  private UnaryOperator<String> actors(Exchange exchange) {
    Map<String, String> known = new HashMap<>();
    return Requests.caller(exchange).userId() == null
        ? UnaryOperator.identity()
        : id -> known.computeIfAbsent(id, this::name);
  }

  private String name(String userId) {
    Optional<User> user =
        userId.matches("[0-9]{1,18}") ? users.byId(Long.parseLong(userId)) : Optional.empty();
    return user.map(User::username).orElse(userId);
  }

  private static Map<String, Object> item(TimelineEntry entry, UnaryOperator<String> actors) {
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("id", entry.id());
    item.put("at", entry.at());
    item.put("kind", entry.kind().word());
    item.put("title", entry.title());
    item.put("actor", entry.actor() == null ? null : actors.apply(entry.actor()));
    item.put("step", entry.step());
    item.put("model", entry.model());
    item.put("duration_ms", entry.durationMs());
    item.put("status", entry.status());
    item.put("error", entry.error());
    item.put("process_id", entry.processId());
    item.put("job_id", entry.jobId());
    item.put("attempt", entry.attempt());
    item.put("worker", entry.worker());
    return item;
  }

  private static String cursor(Timeline.Place place) {
    return place.at() + "." + place.id();
  }

  private static Timeline.Place place(Form query, String cursor) {
    if (!cursor.matches("[0-9]{1,18}\\..{1,200}")) {
      query.wrong("cursor", "value_error", "Not a cursor of this list", cursor);
      return null;
    }
    int dot = cursor.indexOf('.');
    return new Timeline.Place(Long.parseLong(cursor.substring(0, dot)), cursor.substring(dot + 1));
  }
}
