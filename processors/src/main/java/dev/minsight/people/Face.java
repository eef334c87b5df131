package dev.minsight.people;

import java.util.Map;
import java.util.Objects;

/**
 * A face found in a photo, or in a key frame of a video.
 *
 * @param id stable while the same face is found again on the same content
 * @param entityId the photo
 * @param index place among the photo's or video's faces, from 0
 * @param md5 content it was found in
 * @param modelId detector that found it
 * @param bbox {@code x1, y1, x2, y2}, shares of the upright picture, 0..1
 * @param landmarks five named points {@code [x, y]}, shares of the upright picture
 * @param confidence of the detector, 0..1
 * @param filePath aligned crop, relative to the media folder
 * @param embeddingStatus pending, completed or failed
 * @param createdAt ms since epoch
 * @param knownPersonId whose face it is, or null
 * @param timeMs when its frame is shown, ms since the beginning of the video; null in a photo
 */
public record Face(
    long id,
    long entityId,
    int index,
    String md5,
    String modelId,
    Map<String, Object> bbox,
    Map<String, Object> landmarks,
    double confidence,
    String filePath,
    String embeddingStatus,
    long createdAt,
    Long knownPersonId,
    Long timeMs) {

  /**
   * @param timeMs of a frame, null for a photo
   * @return whether the face is in that picture of its entity: there it can be only one person's
   */
  public boolean isAt(Long timeMs) {
    return Objects.equals(this.timeMs, timeMs);
  }

  /**
   * @param other another box {@code x1, y1, x2, y2}
   * @return intersection over union with this face's box, 0..1
   */
  public double overlap(Map<String, Object> other) {
    double width =
        Math.min(at("x2", bbox), at("x2", other)) - Math.max(at("x1", bbox), at("x1", other));
    double height =
        Math.min(at("y2", bbox), at("y2", other)) - Math.max(at("y1", bbox), at("y1", other));
    double shared = Math.max(0, width) * Math.max(0, height);
    double union = area(bbox) + area(other) - shared;
    return union <= 0 ? 0 : shared / union;
  }

  private static double area(Map<String, Object> box) {
    return (at("x2", box) - at("x1", box)) * (at("y2", box) - at("y1", box));
  }

  private static double at(String key, Map<String, Object> box) {
    return ((Number) box.get(key)).doubleValue();
  }
}
