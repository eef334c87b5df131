package dev.minsight.store;

import dev.minsight.support.ApiException;
import java.util.Set;

/**
 * What a caller knows of an entity that it wants to change: If-Match of RFC 9110, section 13.1.1.
 *
 * @param etags any of these (without quotes) will do; null when the caller does not mind
 */
public record Precondition(Set<String> etags) {

  /** Whatever the entity is by now. */
  public static final Precondition NONE = new Precondition(null);

  /**
   * Asked within the writing transaction.
   *
   * @throws ApiException (412) if the entity was changed since the caller saw it
   */
  void check(MediaEntity entity) {
    if (etags != null && !etags.contains("*") && !etags.contains(entity.etag())) {
      throw new ApiException(
          412,
          "Entity "
              + entity.id()
              + " was changed meanwhile; its ETag is \""
              + entity.etag()
              + "\" now. Read it again and repeat the change.");
    }
  }
}
