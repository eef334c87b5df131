package dev.minsight.workflow;

import java.util.List;
import org.camunda.bpm.engine.impl.Page;

/** The engine's paging over a list that is already there. */
final class Pages {

  private Pages() {}

  /**
   * @param page null for everything
   */
  static <T> List<T> cut(List<T> all, Page page) {
    if (page == null) {
      return all;
    }
    int from = Math.min(page.getFirstResult(), all.size());
    long to = Math.min((long) from + page.getMaxResults(), all.size());
    return all.subList(from, (int) to);
  }
}
