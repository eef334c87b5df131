package dev.minsight.insight;

import dev.minsight.compute.JobFolders;
import dev.minsight.compute.JobResult;
import dev.minsight.ml.Npy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.springframework.stereotype.Component;

/** Keeps the vectors of whole pictures: one of a photo, one of each key frame of a video. */
@Component
class PictureVectors {

  private final JobFolders folders;
  private final Embeddings embeddings;
  private final VectorCollections collections;
  private final IndexedVectors indexed;
  private final Checkpoints checkpoints;

  PictureVectors(
      JobFolders folders,
      Embeddings embeddings,
      VectorCollections collections,
      IndexedVectors indexed,
      Checkpoints checkpoints) {
    this.folders = folders;
    this.embeddings = embeddings;
    this.collections = collections;
    this.indexed = indexed;
    this.checkpoints = checkpoints;
  }

  /** The vectors a job left. */
  record Made(VectorKind kind, Intelligence of, JobResult result, Map<PictureId, float[]> vectors) {

    String modelId() {
      return result.modelId();
    }

    boolean ofVideo() {
      return vectors.keySet().stream().anyMatch(picture -> picture.timeMs() != null);
    }
  }

  Made read(VectorKind kind, Intelligence photo, String jobId) {
    JobResult result = folders.result(jobId);
    Map<PictureId, float[]> vectors = new LinkedHashMap<>();
    files(kind.task(), photo.entityId(), result.output())
        .forEach((picture, file) -> vectors.put(picture, vector(folders.of(jobId).resolve(file))));
    return new Made(kind, photo, result, vectors);
  }

  /** Where a job leaves its vectors. */
  static Map<PictureId, String> files(String task, long entityId, Map<String, Object> output) {
    Map<PictureId, String> files = new LinkedHashMap<>();
    if (output.get("frames_ms") instanceof List<?> times) {
      for (Object time : times) {
        files.put(
            new PictureId(entityId, ((Number) time).longValue()),
            "output/" + task + "_" + time + ".npy");
      }
    } else {
      files.put(new PictureId(entityId, null), "output/" + task + ".npy");
    }
    return files;
  }

  /**
   * Saves and indexes vectors.
   *
   * @param made the vectors
   * @param save runs a transaction that calls {@link #save}, and says whether it did
   */
  void keep(Made made, BooleanSupplier save) {
    long entityId = made.of().entityId();
    collections.steadily(
        made.kind(),
        made.modelId(),
        serves -> {
          List<Long> before = made.ofVideo() ? ids(entityId) : List.of();
          if (!save.getAsBoolean()) {
            return;
          }
          checkpoints.reached(Checkpoints.Point.PICTURE_SAVED, entityId);
          if (serves) {
            index(made);
          }
          unindex(before); // as far as they are saved no more
          checkpoints.reached(Checkpoints.Point.PICTURE_INDEXED, entityId);
        });
  }

  private void index(Made made) {
    made.vectors()
        .forEach(
            (picture, vector) ->
                indexed.put(
                    made.kind(), picture.id(), made.modelId(), made.of().processingMd5(), vector));
  }

  /** In the caller's transaction; other frames that the same model saw before are forgotten. */
  void save(Made made) {
    long entityId = made.of().entityId();
    if (made.ofVideo()) {
      embeddings.removeOfEntity(made.kind(), entityId, made.modelId());
    }
    made.vectors()
        .forEach(
            (picture, vector) ->
                embeddings.save(
                    made.kind(),
                    picture.id(),
                    made.modelId(),
                    entityId,
                    made.of().processingMd5(),
                    vector));
  }

  /** The frames of a video that were looked at, ms, ascending; empty of a photo. */
  List<Long> frames(long entityId) {
    return embeddings.pictures(entityId).stream()
        .map(PictureId::of)
        .filter(picture -> picture.timeMs() != null)
        .map(PictureId::timeMs)
        .toList();
  }

  /** Ids of all vectors an entity has, or, had a crash come between, may have in the indexes. */
  List<Long> ids(long entityId) {
    Set<Long> ids = new LinkedHashSet<>(embeddings.pictures(entityId));
    ids.add(entityId);
    return List.copyOf(ids);
  }

  /** Takes vectors whose rows are gone out of their indexes. */
  void unindex(List<Long> ids) {
    for (long id : ids) {
      indexed.drop(VectorKind.CLIP, id);
      indexed.drop(VectorKind.DINO, id);
    }
  }

  /** Reads what a worker handed in. */
  private static float[] vector(Path file) {
    try {
      return Npy.read(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException("the vector " + file + " cannot be read", e);
    }
  }
}
