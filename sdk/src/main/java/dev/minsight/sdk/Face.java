package dev.minsight.sdk;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A face found in an entity.
 *
 * @param id stable while the same face is found on the same content
 * @param entityId the picture it was found in
 * @param bbox where it is
 * @param confidence of the detector, 0..1
 * @param landmarks its five points
 * @param filePath of the crop, relative to the server's media folder
 * @param createdAt milliseconds since the epoch
 * @param knownPersonId whose face it is, or null when that is not known
 * @param timeMs when its frame is shown, ms since the beginning of the video; null in a photo
 */
@WireRecord
public record Face(
    long id,
    long entityId,
    BBox bbox,
    double confidence,
    Landmarks landmarks,
    String filePath,
    long createdAt,
    Long knownPersonId,
    @JsonInclude(JsonInclude.Include.NON_NULL) Long timeMs) {}
