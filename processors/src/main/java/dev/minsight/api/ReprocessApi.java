package dev.minsight.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.minsight.insight.Intelligence;
import dev.minsight.insight.ReconcileTrigger;
import dev.minsight.insight.Reprocess;
import dev.minsight.insight.ReprocessFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** Processing photos once more: one, or all that fit a filter. */
@Component("reprocessApi")
class ReprocessApi {

  private static final int MOST_IDS = 1000;
  private static final int RECENT = 50;

  private static final List<String> STATES =
      List.of(
          ReprocessFilter.NONE,
          Intelligence.QUEUED,
          Intelligence.PROCESSING,
          Intelligence.COMPLETED,
          Intelligence.FAILED);

  private final Reprocess reprocess;
  private final ReconcileTrigger trigger;

  ReprocessApi(Reprocess reprocess, ReconcileTrigger trigger) {
    this.reprocess = reprocess;
    this.trigger = trigger;
  }

  /** {@code POST /intelligence/entities/{id}/reprocess}. */
  public void one(Exchange exchange) {
    Form path = Form.query(exchange);
    long id = path.path("entity_id", "entity_id");
    path.check();
    Intelligence row = Requests.caller(exchange).call(() -> reprocess.one(id));
    trigger.wakeUp("entity " + id + " is to be processed again");
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("entity_id", id);
    answer.put("overall_status", row.overallStatus());
    answer.put("generation", row.generation());
    Wire.json(exchange, 202, answer);
  }

  /** {@code POST /intelligence/reprocess}: a wish, or with {@code dry_run} what it would do. */
  public void many(Exchange exchange) {
    Form form = Form.ofFormOrJson(exchange);
    ReprocessFilter filter = filter(form);
    boolean dryRun = form.flag("dry_run").orElse(false);
    boolean all = form.flag("all").orElse(false);
    if (filter.all() && !all && !form.wrongSoFar()) {
      form.wrong(
          "all",
          "missing",
          "Field required: say all=true for every photo, or give status, entity_ids, parent_id,"
              + " added_from or added_to",
          null);
    }
    form.check();
    if (dryRun) {
      Wire.json(exchange, 200, outlook(reprocess.outlook(filter)));
      return;
    }
    Reprocess.Request request = Requests.caller(exchange).call(() -> reprocess.request(filter));
    trigger.wakeUp("photos are to be processed again");
    Wire.json(exchange, 202, request(request));
  }

  /** {@code GET /intelligence/reprocess}: the last wishes and how far they are. */
  public void list(Exchange exchange) {
    Wire.json(exchange, 200, reprocess.newest(RECENT).stream().map(ReprocessApi::request).toList());
  }

  private static ReprocessFilter filter(Form form) {
    return new ReprocessFilter(
        states(form),
        ids(form),
        form.number("parent_id").orElse(null),
        form.number("added_from").orElse(null),
        form.number("added_to").orElse(null));
  }

  private static List<String> states(Form form) {
    List<String> sent = form.words("status").orElse(null);
    if (sent != null) {
      sent.stream()
          .filter(state -> !STATES.contains(state))
          .forEach(state -> form.notOneOf("status", STATES, state));
    }
    return sent;
  }

  private static List<Long> ids(Form form) {
    List<String> sent = form.words("entity_ids").orElse(null);
    if (sent == null) {
      return null;
    }
    if (sent.size() > MOST_IDS) {
      form.wrong(
          "entity_ids", "too_long", "List should have at most " + MOST_IDS + " items", sent.size());
      return List.of();
    }
    List<Long> ids = new ArrayList<>();
    for (String id : sent) {
      if (id.matches("[0-9]{1,18}")) {
        ids.add(Long.valueOf(id));
      } else {
        form.wrong("entity_ids", "int_parsing", "Input should be a list of integers", id);
      }
    }
    return ids;
  }

  private static Map<String, Object> outlook(Reprocess.Outlook outlook) {
    Map<String, Object> skipped = new LinkedHashMap<>();
    skipped.put("in_work", outlook.inWork());
    skipped.put("in_trash", outlook.trashed());
    skipped.put("no_picture", outlook.noPictures());
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("dry_run", true);
    answer.put("matched", outlook.matched());
    answer.put("would_queue", outlook.queue());
    answer.put("would_skip", skipped);
    return answer;
  }

  static Map<String, Object> request(Reprocess.Request request) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("id", request.id());
    answer.put("filter", parsed(request.filter()));
    answer.put("requested_by", request.requestedBy());
    answer.put("requested_at", request.requestedAt());
    answer.put("matched", request.matched());
    answer.put("queued", request.queued());
    answer.put("skipped", request.skipped());
    answer.put("ended_at", request.endedAt());
    return answer;
  }

  private static Object parsed(String json) {
    try {
      return Wire.JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a row of reprocess_requests holds broken JSON: " + json, e);
    }
  }
}
