package dev.minsight.api;

import dev.minsight.insight.DuplicateDecision;
import dev.minsight.insight.DuplicateDecision.Verdict;
import dev.minsight.insight.DuplicateDecisions;
import dev.minsight.insight.Duplicates;
import dev.minsight.insight.Duplicates.Group;
import dev.minsight.insight.Duplicates.Pair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** {@code /intelligence/duplicates…}: near-duplicates of the whole library, and what is decided. */
@Component("duplicatesApi")
class DuplicatesApi {

  private static final int PAGE_SIZE = 20;
  private static final int MOST_PAIRS = 50;

  /** Re-encoded, resized or slightly cropped copies lie above it (ml-models/README.md). */
  private static final double THRESHOLD = 0.9;

  private static final List<String> VERDICTS =
      Arrays.stream(Verdict.values()).map(Verdict::word).toList();

  private final Duplicates duplicates;
  private final DuplicateDecisions decisions;
  private final SearchAnswers answers;

  DuplicatesApi(Duplicates duplicates, DuplicateDecisions decisions, SearchAnswers answers) {
    this.duplicates = duplicates;
    this.decisions = decisions;
    this.answers = answers;
  }

  /** {@code GET /intelligence/duplicates}: pairs, the most alike first. */
  public void pairs(Exchange exchange) {
    Form query = Form.query(exchange);
    Duplicates.Wanted wanted = wanted(query);
    int limit = (int) query.number("limit", PAGE_SIZE, 1, MOST_PAIRS);
    boolean details = query.flag("include_details").orElse(false);
    Pair after =
        SearchCursor.read(
                query,
                exchange,
                row ->
                    new Pair(
                        Long.parseLong(row[1]),
                        Long.parseLong(row[2]),
                        Double.longBitsToDouble(Long.parseLong(row[0])),
                        null))
            .orElse(null);
    query.check();
    List<Pair> found = duplicates.pairs(wanted, after, limit + 1);
    List<Pair> shown = found.subList(0, Math.min(limit, found.size()));
    List<Map<String, Object>> results = new ArrayList<>();
    for (Pair pair : shown) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("entity_id", pair.entityId());
      result.put("other_id", pair.otherId());
      result.put("score", pair.score());
      result.put("decision", pair.verdict() == null ? null : pair.verdict().word());
      result.put("entity", answers.entity(pair.entityId(), details));
      result.put("other", answers.entity(pair.otherId(), details));
      results.add(result);
    }
    String next = null;
    if (found.size() > limit) {
      Pair last = shown.get(limit - 1);
      long score = Double.doubleToLongBits(last.score());
      next = SearchCursor.encode(exchange, score, last.entityId(), last.otherId());
    }
    answer(exchange, results, next);
  }

  /** {@code GET /intelligence/duplicates/groups}: photos that hang together, most photos first. */
  public void groups(Exchange exchange) {
    Form query = Form.query(exchange);
    Duplicates.Wanted wanted = wanted(query);
    int limit = (int) query.number("limit", PAGE_SIZE, 1, MOST_PAIRS);
    Optional<long[]> after =
        SearchCursor.read(
            query, exchange, row -> new long[] {Long.parseLong(row[0]), Long.parseLong(row[1])});
    query.check();
    List<Group> rest =
        duplicates.groups(wanted).stream()
            .filter(group -> after.isEmpty() || comesAfter(group, after.get()))
            .toList();
    List<Map<String, Object>> results = new ArrayList<>();
    for (Group group : rest.subList(0, Math.min(limit, rest.size()))) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("entity_ids", group.entityIds());
      result.put("score", group.score());
      result.put("pairs", group.pairs());
      results.add(result);
    }
    String next = null;
    if (rest.size() > limit) {
      List<Long> last = rest.get(limit - 1).entityIds();
      next = SearchCursor.encode(exchange, last.size(), last.get(0));
    }
    answer(exchange, results, next);
  }

  private static boolean comesAfter(Group group, long[] row) {
    int size = group.entityIds().size();
    return size < row[0] || size == row[0] && group.entityIds().get(0) > row[1];
  }

  private static Duplicates.Wanted wanted(Form query) {
    return new Duplicates.Wanted(
        query.decimal("threshold", THRESHOLD, Duplicates.LEAST, 1),
        SearchForm.filter(query),
        query.flag("include_decided").orElse(false));
  }

  private static void answer(Exchange exchange, List<?> results, String next) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("results", results);
    answer.put("next_cursor", next);
    Wire.json(exchange, 200, answer);
  }

  /** {@code POST /intelligence/duplicates/decisions}: answers 201 with the decision. */
  public void decide(Exchange exchange) {
    Form form = Form.ofFormOrJson(exchange);
    long entityId = form.requiredId("entity_id");
    long otherId = form.requiredId("other_id");
    String word = form.required("decision");
    if (!form.wrongSoFar() && entityId == otherId) {
      form.wrong("other_id", "value_error", "other_id should be another photo", otherId);
    }
    if (!word.isEmpty() && !VERDICTS.contains(word)) {
      form.notOneOf("decision", VERDICTS, word);
    }
    form.check();
    Verdict verdict = Verdict.values()[VERDICTS.indexOf(word)];
    DuplicateDecision made =
        Requests.caller(exchange).call(() -> decisions.decide(entityId, otherId, verdict));
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("id", made.id());
    answer.put("entity_id", made.entityId());
    answer.put("other_id", made.otherId());
    answer.put("decision", made.verdict().word());
    answer.put("replaces", made.replaces() == null ? null : made.replaces().word());
    answer.put("actor", made.actor());
    answer.put("created_at", made.createdAt());
    Wire.json(exchange, 201, answer);
  }
}
