package dev.minsight.insight;

import dev.minsight.compute.TaskTypes;
import dev.minsight.people.Matcher;
import java.util.Arrays;
import java.util.Optional;

/** What a vector stands for, and where it is indexed. */
public enum VectorKind {
  CLIP("clip", "clip_embeddings", TaskTypes.CLIP_EMBEDDING),
  DINO("dino", "dino_embeddings", TaskTypes.DINO_EMBEDDING),
  FACE("face", Matcher.COLLECTION, TaskTypes.FACE_EMBEDDING);

  private final String word;
  private final String collection;
  private final String task;

  VectorKind(String word, String collection, String task) {
    this.word = word;
    this.collection = collection;
    this.task = task;
  }

  /**
   * @param task a task
   * @return the vectors its model makes, if it makes any
   */
  static Optional<VectorKind> of(String task) {
    return Arrays.stream(values()).filter(kind -> kind.task.equals(task)).findFirst();
  }

  /**
   * @return word in the table of vectors
   */
  public String word() {
    return word;
  }

  /**
   * @return name of its collection in the vector index
   */
  public String collection() {
    return collection;
  }

  /**
   * @return task whose model makes it
   */
  public String task() {
    return task;
  }
}
