package dev.minsight.ml;

import dev.minsight.media.RgbImage;
import dev.minsight.support.RetryableException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the rest of mInsight asks of models. Every result names the model that made it; a task whose
 * model is not there throws {@link RetryableException}, so the work waits instead of failing.
 */
public final class VisionModels implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(VisionModels.class);

  private final ModelStore store;
  private final InferenceEngine engine;
  private final FaceDetector detector;
  private final Embedder embedder;

  /**
   * @param store says which model serves
   * @param engine runs it; closed with this
   */
  public VisionModels(ModelStore store, InferenceEngine engine) {
    this.store = store;
    this.engine = engine;
    this.detector = new FaceDetector(engine);
    this.embedder = new Embedder(engine);
  }

  /**
   * Finds the faces of a picture.
   *
   * @param upright the picture as it is meant to be seen, orientation applied
   * @param overrides thresholds of the caller; {@link DetectionOverrides#NONE} for the manifest's
   * @return faces in pixels of the picture, best first
   * @throws RetryableException if no model can do it now
   */
  public FaceDetections detectFaces(RgbImage upright, DetectionOverrides overrides) {
    return detectFaces(ready(ModelTask.FACE_DETECTION), upright, overrides);
  }

  /**
   * Finds the faces of a picture by a model that need not serve.
   *
   * @param modelId a detector of the manifest
   * @param upright the picture as it is meant to be seen, orientation applied
   * @param overrides thresholds of the caller; {@link DetectionOverrides#NONE} for the manifest's
   * @return faces in pixels of the picture, best first
   * @throws RetryableException if the model cannot do it now
   */
  public FaceDetections detectFacesBy(
      String modelId, RgbImage upright, DetectionOverrides overrides) {
    return detectFaces(named(modelId), upright, overrides);
  }

  private FaceDetections detectFaces(
      ServingModel.Ready model, RgbImage upright, DetectionOverrides overrides) {
    Thresholds.Detection thresholds = overrides.over(model.spec().detection());
    return new FaceDetections(model.spec().id(), detector.detect(model, upright, thresholds));
  }

  /**
   * Cuts a face out as {@link ModelTask#FACE_EMBEDDING} wants it.
   *
   * @param upright the picture the face was found in, at full size
   * @param face found in it
   * @return the aligned crop, {@value FaceAligner#SIZE} pixels a side
   */
  public RgbImage alignFace(RgbImage upright, DetectedFace face) {
    return FaceAligner.align(upright, face.landmarks());
  }

  /**
   * Embeds a picture or an aligned face.
   *
   * @param task one of the embedding tasks of {@link ModelTask}
   * @param image of any size
   * @return its vector, of length 1
   * @throws RetryableException if no model can do it now
   */
  public Embedding embed(String task, RgbImage image) {
    return embed(task, image, true);
  }

  /**
   * Embeds a picture or an aligned face.
   *
   * @param task one of the embedding tasks of {@link ModelTask}
   * @param image of any size
   * @param normalize whether the vector is brought to length 1, or left as the model gave it
   * @return its vector
   * @throws RetryableException if no model can do it now
   */
  public Embedding embed(String task, RgbImage image, boolean normalize) {
    return embedder.embed(ready(task), image, normalize);
  }

  /**
   * Embeds a picture or an aligned face by a model that need not serve.
   *
   * @param modelId a model of the manifest
   * @param image of any size
   * @param normalize whether the vector is brought to length 1, or left as the model gave it
   * @return its vector
   * @throws RetryableException if the model cannot do it now
   */
  public Embedding embedBy(String modelId, RgbImage image, boolean normalize) {
    return embedder.embed(named(modelId), image, normalize);
  }

  /**
   * @return the installed models, and which of them are in use
   */
  public ModelStore store() {
    return store;
  }

  /**
   * @param task see {@link ModelTask}
   * @return the model that serves it now, for its id, dimension and thresholds
   * @throws RetryableException if none does
   */
  public ModelSpec serving(String task) {
    return ready(task).spec();
  }

  /**
   * Says which model serves each task, for health and the start message. Cheap.
   *
   * @return by task, in the order of {@link ModelTask#VISION}
   */
  public Map<String, ServingModel> status() {
    Map<String, ServingModel> status = new LinkedHashMap<>();
    ModelTask.VISION.forEach(task -> status.put(task, state(task)));
    return status;
  }

  /**
   * Loads the serving models and runs each once, so that the first job does not pay for it. A model
   * that cannot be loaded is logged and left waiting.
   */
  public void warmUp() {
    RgbImage black = new RgbImage(FaceAligner.SIZE, FaceAligner.SIZE, blackPixels());
    for (String task : ModelTask.VISION) {
      try {
        if (task.equals(ModelTask.FACE_DETECTION)) {
          detectFaces(black, DetectionOverrides.NONE);
        } else {
          embed(task, black);
        }
      } catch (RetryableException e) {
        LOG.warn("Task {} waits: {}", task, e.getMessage());
      }
    }
  }

  /**
   * @return the models that are in memory, by task
   */
  public List<LoadedModel> loaded() {
    return engine.loaded();
  }

  /** Closes the engine after its current runs. */
  @Override
  public void close() {
    engine.close();
  }

  private ServingModel.Ready ready(String task) {
    return ready(state(task));
  }

  private static ServingModel.Ready ready(ServingModel state) {
    if (state instanceof ServingModel.Ready ready) {
      return ready;
    }
    throw new RetryableException(((ServingModel.Waiting) state).reason());
  }

  private ServingModel.Ready named(String modelId) {
    ModelSpec spec =
        store
            .manifest()
            .find(modelId)
            .orElseThrow(
                () -> new RetryableException("the manifest here knows no model " + modelId));
    return ready(loadable(store.state(spec)));
  }

  private ServingModel state(String task) {
    return loadable(store.serving(task));
  }

  private ServingModel loadable(ServingModel state) {
    return state instanceof ServingModel.Ready ready
        ? engine.loadFailure(ready).<ServingModel>map(ServingModel.Waiting::new).orElse(state)
        : state;
  }

  private static byte[] blackPixels() {
    return new byte[FaceAligner.SIZE * FaceAligner.SIZE * 3];
  }
}
