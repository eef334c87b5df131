package dev.minsight.workflow;

import java.util.List;
import org.camunda.bpm.engine.impl.db.ListQueryParameterObject;

/** The engine's paging over a list that is already there. */
final class Pages {

  private Pages() {}

  /** The part of a list that a query asks for; the engine keeps it in the query itself. */
  static <T> List<T> cut(List<T> all, ListQueryParameterObject query) {
    int from = Math.min(query.getFirstResult(), all.size());
    long to = Math.min((long) from + query.getMaxResults(), all.size());
    return all.subList(from, (int) to);
  }
}
