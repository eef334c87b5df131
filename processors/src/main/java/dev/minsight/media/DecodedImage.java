package dev.minsight.media;

/**
 * A picture ready to be looked at, and how large it really is.
 *
 * @param image upright; perhaps reduced by a power of two
 * @param fullWidth width of the upright picture before any reduction, in pixels
 * @param fullHeight height of the upright picture before any reduction, in pixels
 */
public record DecodedImage(RgbImage image, int fullWidth, int fullHeight) {}
