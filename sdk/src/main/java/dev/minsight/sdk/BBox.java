package dev.minsight.sdk;

/**
 * A box in a picture, relative to its upright width and height.
 *
 * @param x1 left edge, 0..1
 * @param y1 top edge, 0..1
 * @param x2 right edge, 0..1
 * @param y2 bottom edge, 0..1
 */
@WireRecord
public record BBox(double x1, double y1, double x2, double y2) {}
