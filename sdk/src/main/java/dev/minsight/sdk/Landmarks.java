package dev.minsight.sdk;

/**
 * The five points of a face; right and left are the person's own.
 *
 * @param rightEye centre of the right eye
 * @param leftEye centre of the left eye
 * @param noseTip tip of the nose
 * @param mouthRight right corner of the mouth
 * @param mouthLeft left corner of the mouth
 */
@WireRecord
public record Landmarks(
    Point rightEye, Point leftEye, Point noseTip, Point mouthRight, Point mouthLeft) {}
