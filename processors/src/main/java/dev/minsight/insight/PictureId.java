package dev.minsight.insight;

/**
 * What the vector of a whole picture is of: a photo, or a key frame of a video. A photo's vector
 * has the photo's own id, as clients know it; that of a frame holds the time above the lower 32
 * bits.
 *
 * @param entityId the photo or video
 * @param timeMs when the frame is shown, ms since the beginning; null of a photo
 */
public record PictureId(long entityId, Long timeMs) {

  private static final int ENTITY_BITS = 32;

  /**
   * @param id of a vector
   * @return what it is of
   */
  public static PictureId of(long id) {
    long time = id >>> ENTITY_BITS;
    return new PictureId(entityOf(id), time == 0 ? null : time - 1);
  }

  /**
   * @param id of a vector
   * @return the photo or video
   */
  public static long entityOf(long id) {
    return id & (1L << ENTITY_BITS) - 1;
  }

  /**
   * @return id of its vector
   */
  public long id() {
    return timeMs == null ? entityId : timeMs + 1 << ENTITY_BITS | entityId;
  }
}
