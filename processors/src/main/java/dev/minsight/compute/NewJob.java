package dev.minsight.compute;

import java.util.Map;

/**
 * A job to be created.
 *
 * @param taskType plugin that is to do it
 * @param entityId entity it belongs to, or null
 * @param generation content of the entity, or null
 * @param priority 0 most urgent, 10 least
 * @param params what the plugin is to do
 * @param createdBy user, or null
 * @param callbackUrl address to be told of the end, or null
 */
public record NewJob(
    String taskType,
    Long entityId,
    Integer generation,
    int priority,
    Map<String, Object> params,
    String createdBy,
    String callbackUrl) {

  /** A job of which nobody is told by HTTP. */
  public NewJob(
      String taskType,
      Long entityId,
      Integer generation,
      int priority,
      Map<String, Object> params,
      String createdBy) {
    this(taskType, entityId, generation, priority, params, createdBy, null);
  }
}
