package dev.minsight.insight;

import java.util.List;

/** Whoever knows something that happened to entities. */
public interface TimelineSource {

  /**
   * @param entityId number of an entity
   * @return what is known to have happened to it, in no promised order; empty where nothing is
   */
  List<TimelineEntry> of(long entityId);
}
