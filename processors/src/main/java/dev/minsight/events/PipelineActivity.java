package dev.minsight.events;

/** Whoever knows what mInsight does at the moment. */
public interface PipelineActivity {

  /**
   * @param timestamp milliseconds since 1970, for the answer
   * @return {@link MInsightStatus#running} or {@link MInsightStatus#idle}
   */
  MInsightStatus status(long timestamp);
}
