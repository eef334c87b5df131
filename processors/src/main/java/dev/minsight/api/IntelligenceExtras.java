package dev.minsight.api;

import dev.minsight.insight.Intelligence;
import dev.minsight.insight.IntelligenceTable;
import dev.minsight.store.EntityExtras;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Adds to an entity's answer what is known of its content, and the link to its process. */
@Component
class IntelligenceExtras implements EntityExtras {

  private static final String COCKPIT = "/camunda/app/cockpit/default/#/process-instance/";

  private final IntelligenceAnswers answers;
  private final IntelligenceTable table;

  IntelligenceExtras(IntelligenceAnswers answers, IntelligenceTable table) {
    this.answers = answers;
    this.table = table;
  }

  @Override
  public Map<Long, Map<String, Object>> extras(Collection<Long> ids) {
    Map<Long, Intelligence> rows = table.find(ids);
    if (rows.isEmpty()) {
      return Map.of();
    }
    Map<Long, Map<String, Object>> known = answers.intelligence(rows);
    Map<Long, Map<String, Object>> extras = new HashMap<>();
    rows.forEach(
        (id, row) -> {
          Map<String, Object> extra = new LinkedHashMap<>();
          extra.put("intelligence_data", known.get(id));
          extra.put("cockpit_url", cockpit(row));
          extra.put("business_key", "entity-" + id + "-" + row.generation());
          extras.put(id, extra);
        });
    return extras;
  }

  private static String cockpit(Intelligence row) {
    return row.inEngine() ? cockpit(row.processId(), row.incident()) : null;
  }

  /**
   * The page of a process that the engine still holds.
   *
   * @param incident opens the list of incidents, where each failed step can be retried
   */
  static String cockpit(String processId, boolean incident) {
    return COCKPIT + processId + "/runtime" + (incident ? "?tab=incidents-tab" : "");
  }
}
