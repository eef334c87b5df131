package dev.minsight.ml;

/** The numbers by which a model's scores become decisions; they belong to the model, not to us. */
public sealed interface Thresholds {

  /**
   * When a detector's candidate is a face.
   *
   * @param confidence lowest score of a face, 0..1
   * @param nms of two boxes whose intersection over union exceeds this, the weaker is dropped, 0..1
   * @param longSide the picture is reduced so that its longer side is at most this many pixels
   */
  record Detection(double confidence, double nms, int longSide) implements Thresholds {}

  /**
   * When two faces are one person, by cosine similarity.
   *
   * @param sure at or above: the same person
   * @param uncertain from here to {@code sure}: a question for a human; below: another person
   * @param margin how much better than the second best person the best must be to be sure
   */
  record Matching(double sure, double uncertain, double margin) implements Thresholds {}

  /**
   * When a search counts two pictures as alike.
   *
   * @param search lowest cosine similarity of a hit unless the caller names another
   */
  record Similarity(double search) implements Thresholds {}
}
