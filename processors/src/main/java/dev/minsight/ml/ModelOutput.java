package dev.minsight.ml;

/**
 * What a model writes and how it becomes an answer.
 *
 * @param tensor name of the output tensor, or "" for the first that fits
 * @param pooling how its values become one answer
 * @param dimension length of the vector, or 0 for a detector
 */
public record ModelOutput(String tensor, Pooling pooling, int dimension) {

  /** How output tensors become one answer. */
  public enum Pooling {
    /** The tensor is the vector. */
    VECTOR,
    /** The tensor is a sequence of tokens; the first one, "class", is the vector. */
    CLS_TOKEN,
    /** The twelve maps of YuNet: class, object, box and key points at strides 8, 16 and 32. */
    YUNET
  }
}
