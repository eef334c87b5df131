package dev.minsight.insight;

import dev.minsight.compute.TaskTypes;
import dev.minsight.people.Matcher;

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
