package dev.minsight.compute;

import dev.minsight.support.ApiException;
import dev.minsight.support.Spooled;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A job somebody wants done.
 *
 * @param taskType plugin that is to do it
 * @param priority 0 most urgent, 10 least
 * @param params what the plugin is to do, by wire name
 * @param file uploaded with it, or null
 * @param createdBy user, or null
 * @param callbackUrl address to be told of the end, or null
 */
public record JobSubmission(
    String taskType,
    int priority,
    Map<String, Object> params,
    UploadedFile file,
    String createdBy,
    String callbackUrl) {

  /** Checks the range. */
  public JobSubmission {
    if (priority < 0 || priority > 10) {
      throw new ApiException(422, "priority must be from 0 to 10, not " + priority);
    }
    params = new LinkedHashMap<>(params); // with nulls, in their order
  }

  /**
   * An uploaded file.
   *
   * @param name harmless: no folders, nothing a file system refuses
   * @param spooled the file
   */
  public record UploadedFile(String name, Spooled spooled) {}
}
