package dev.minsight.ml;

/**
 * What a model writes and how it becomes an answer.
 *
 * @param tensor name of the output tensor, or "" for the first that fits
 * @param pooling how its values become one answer
 * @param dimension length of the vector, or 0 for a detector
 * @param landmarks whose landmarks a detected face gets; {@link Landmarks#BEST} for others
 */
public record ModelOutput(String tensor, Pooling pooling, int dimension, Landmarks landmarks) {

  /** How output tensors become one answer. */
  public enum Pooling {
    /** The tensor is the vector. */
    VECTOR,
    /** The tensor is a sequence of tokens; the first one, "class", is the vector. */
    CLS_TOKEN,
    /** The twelve maps of YuNet: class, object, box and key points at strides 8, 16 and 32. */
    YUNET
  }

  /** Whose landmarks a face gets, of the candidates that non-maximum suppression makes one face. */
  public enum Landmarks {
    /** Those of the candidate with the highest score. */
    BEST,
    /** The mean of all of them, each weighted by its score. */
    MEAN
  }
}
