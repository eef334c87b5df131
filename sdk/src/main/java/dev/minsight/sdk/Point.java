package dev.minsight.sdk;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * A place in a picture, on the wire the pair {@code [x, y]}.
 *
 * @param x from the left edge, 0..1 of the width
 * @param y from the top edge, 0..1 of the height
 */
@WireRecord
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({"x", "y"})
public record Point(double x, double y) {}
