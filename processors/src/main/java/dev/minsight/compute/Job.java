package dev.minsight.compute;

import java.util.Map;
import java.util.stream.Stream;

/**
 * The public face of one unit of compute.
 *
 * @param id random UUID
 * @param taskType plugin that does it
 * @param entityId entity it belongs to, null for a job of the API
 * @param generation content of the entity it belongs to, null for a job of the API
 * @param status where it stands
 * @param progress 0..100
 * @param priority 0 most urgent, 10 least
 * @param params what the plugin is to do
 * @param output what it found, null before it completed
 * @param errorMessage why it failed, in plain words
 * @param modelId model that served it
 * @param attempt how often a worker began it
 * @param createdBy user, null for the pipeline
 * @param createdAt ms since epoch
 * @param updatedAt ms since epoch
 * @param startedAt ms since epoch, null before
 * @param completedAt ms since epoch, null before
 * @param cancelledAt ms since epoch, null unless somebody called it off
 * @param callbackUrl address to be told of the end, or null
 */
public record Job(
    String id,
    String taskType,
    Long entityId,
    Integer generation,
    JobStatus status,
    int progress,
    int priority,
    Map<String, Object> params,
    Map<String, Object> output,
    String errorMessage,
    String modelId,
    int attempt,
    String createdBy,
    long createdAt,
    long updatedAt,
    Long startedAt,
    Long completedAt,
    Long cancelledAt,
    String callbackUrl) {

  /** Parameter that names the model of {@link #upgradeTo}. */
  public static final String MODEL = "model";

  /**
   * @return whether it works on a photo of the store: a step of its process, or describing it again
   *     by another model
   */
  public boolean ofPipeline() {
    return entityId != null;
  }

  /**
   * @return the model by which a photo that was done before is to be described again; null for all
   *     other jobs
   */
  public String upgradeTo() {
    return entityId != null && params.get(MODEL) instanceof String model ? model : null;
  }

  /**
   * @return whether it names files or folders of the media folder itself, so that only a worker
   *     that sees the folder can do it
   */
  public boolean needsMediaFolder() {
    return Stream.of("input_absolute_path", "output_absolute_path")
        .anyMatch(name -> params.get(name) instanceof String path && !path.isEmpty());
  }
}
