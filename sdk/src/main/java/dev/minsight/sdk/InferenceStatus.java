package dev.minsight.sdk;

import java.util.List;

/**
 * How far each step is: {@code pending}, {@code processing}, {@code completed} or {@code failed}; a
 * step the server does not mention is pending.
 *
 * @param faceDetection finding faces
 * @param clipEmbedding vector for meaning
 * @param dinoEmbedding vector for looks
 * @param hlsStreaming also {@code available}; null where it does not apply
 * @param faceEmbeddings one status per face in index order; null before faces were looked for
 */
@WireRecord
public record InferenceStatus(
    String faceDetection,
    String clipEmbedding,
    String dinoEmbedding,
    String hlsStreaming,
    List<String> faceEmbeddings) {

  private static final String PENDING = "pending";

  /** Fills in what the contract promises for absent values. */
  public InferenceStatus {
    faceDetection = faceDetection == null ? PENDING : faceDetection;
    clipEmbedding = clipEmbedding == null ? PENDING : clipEmbedding;
    dinoEmbedding = dinoEmbedding == null ? PENDING : dinoEmbedding;
    faceEmbeddings = faceEmbeddings == null ? null : List.copyOf(faceEmbeddings);
  }
}
