package dev.minsight.store;

import java.util.Collection;
import java.util.Map;

/** What other parts of the house add to an entity's answer, for example its intelligence data. */
public interface EntityExtras {

  /**
   * @param ids entities that are about to be answered
   * @return further JSON fields (snake_case names) of each entity that has any
   */
  Map<Long, Map<String, Object>> extras(Collection<Long> ids);
}
