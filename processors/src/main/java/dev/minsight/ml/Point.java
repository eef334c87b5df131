package dev.minsight.ml;

/**
 * A place in a picture.
 *
 * @param x pixels from the left edge
 * @param y pixels from the upper edge
 */
public record Point(double x, double y) {}
