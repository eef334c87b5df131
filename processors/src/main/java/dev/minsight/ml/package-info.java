/**
 * Pixels to detections and vectors: the model manifest, ONNX sessions, pre- and post-processing.
 */
package dev.minsight.ml;
