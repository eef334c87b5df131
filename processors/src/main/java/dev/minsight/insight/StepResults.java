package dev.minsight.insight;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.minsight.compute.FrameChoice;
import dev.minsight.compute.Job;
import dev.minsight.compute.JobFolders;
import dev.minsight.compute.JobResult;
import dev.minsight.compute.ResultCheck;
import dev.minsight.compute.TaskTypes;
import dev.minsight.ml.ModelManifest;
import dev.minsight.ml.ModelSpec;
import dev.minsight.ml.Npy;
import dev.minsight.people.Faces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Whether the result of a photo's step is what the steps that save it rely on: faces in the wire
 * form with their crops, vectors of the model's dimension and of length 1.
 */
@Component
class StepResults implements ResultCheck {

  /** How far from 1 rounding may bring the length of a vector of 32-bit floats. */
  private static final double LENGTH_TOLERANCE = 1e-2;

  private static final Set<String> STEPS =
      Set.of(
          TaskTypes.FACE_DETECTION,
          TaskTypes.FACE_EMBEDDING,
          TaskTypes.CLIP_EMBEDDING,
          TaskTypes.DINO_EMBEDDING);

  private static final List<String> CORNERS = List.of("x1", "y1", "x2", "y2");
  private static final List<String> LANDMARKS =
      List.of("right_eye", "left_eye", "nose_tip", "mouth_right", "mouth_left");
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};

  private final JobFolders folders;
  private final ModelManifest manifest;
  private final Originals originals;

  StepResults(JobFolders folders, ModelManifest manifest, Originals originals) {
    this.folders = folders;
    this.manifest = manifest;
    this.originals = originals;
  }

  @Override
  public Optional<Wrong> wrong(Job job) {
    if (!job.ofPipeline() || !STEPS.contains(job.taskType())) {
      return Optional.empty(); // whoever asked for it reads it
    }
    try {
      check(job);
      return swapped(job);
    } catch (IllegalArgumentException e) {
      return Optional.of(
          new Wrong("the result of the worker cannot be used: " + e.getMessage(), false));
    }
  }

  /** What was made of other bytes than those of the photo says nothing about it. */
  private Optional<Wrong> swapped(Job job) {
    return job.params().get("media") instanceof String path
        ? originals.changed(job.entityId(), path).map(reason -> new Wrong(reason, true))
        : Optional.empty();
  }

  private void check(Job job) {
    JobResult result = result(job.id());
    Path folder = folders.of(job.id());
    ModelSpec model = model(job.taskType(), result.modelId());
    switch (job.taskType()) {
      case TaskTypes.FACE_DETECTION ->
          faces(result.output(), folder, FrameChoice.of(job.params()).isPresent());
      case TaskTypes.FACE_EMBEDDING -> {
        int crops = job.params().get("faces") instanceof List<?> faces ? faces.size() : 0;
        for (int i = 0; i < crops; i++) {
          vector(folder, "output/face_" + i + ".npy", model);
        }
      }
      case TaskTypes.CLIP_EMBEDDING, TaskTypes.DINO_EMBEDDING ->
          pictures(job, result.output(), folder, model);
      default -> throw new IllegalStateException(job.taskType() + " is no step of a photo");
    }
  }

  private static void pictures(Job job, Map<String, Object> output, Path folder, ModelSpec model) {
    Optional<FrameChoice> choice = FrameChoice.of(job.params());
    if (choice.isPresent()) {
      require(
          output.get("frames_ms") instanceof List<?> times
              && !times.isEmpty()
              && times.size() <= choice.get().atMost(),
          "frames_ms is no list of 1 to " + choice.get().atMost() + " times");
      ((List<?>) output.get("frames_ms")).forEach(time -> time(time, "frames_ms"));
    } else {
      require(!output.containsKey("frames_ms"), "it has frames_ms, but is about a picture");
    }
    PictureVectors.files(job.taskType(), job.entityId(), output)
        .values()
        .forEach(file -> vector(folder, file, model));
  }

  private JobResult result(String jobId) {
    try {
      JobResult result = folders.result(jobId);
      require(result.output() != null, "result.json has no output");
      return result;
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof JsonProcessingException json) {
        throw new IllegalArgumentException(
            "result.json is malformed: " + json.getOriginalMessage(), e);
      }
      throw e;
    }
  }

  private ModelSpec model(String task, String id) {
    require(id != null, "it does not say which model made it");
    return manifest
        .find(id)
        .filter(spec -> spec.task().equals(task))
        .orElseThrow(
            () -> new IllegalArgumentException("the manifest has no model " + id + " for " + task));
  }

  private static void faces(Map<String, Object> output, Path folder, boolean video) {
    Object found = output.get("faces");
    require(found != null, "it has no faces, not even an empty list");
    require(found instanceof List<?>, "faces is " + type(found) + ", not a list");
    List<?> faces = (List<?>) found;
    require(faces.size() <= Faces.PER_PHOTO, faces.size() + " faces are too many");
    for (int i = 0; i < faces.size(); i++) {
      String name = "face " + i;
      Map<?, ?> face = object(faces.get(i), name);
      face(name, face, folder);
      if (video) {
        time(face.get("time_ms"), "time_ms of " + name);
      } else {
        require(!face.containsKey("time_ms"), name + " has time_ms, but is in a picture");
      }
    }
  }

  private static void face(String name, Map<?, ?> face, Path folder) {
    Map<?, ?> box = object(face.get("bbox"), "bbox of " + name);
    CORNERS.forEach(corner -> share(box.get(corner), corner + " of the bbox of " + name));
    require(
        share(box.get("x1"), "x1") <= share(box.get("x2"), "x2")
            && share(box.get("y1"), "y1") <= share(box.get("y2"), "y2"),
        "the bbox of " + name + " is turned inside out");
    share(face.get("confidence"), "confidence of " + name);
    Map<?, ?> points = object(face.get("landmarks"), "landmarks of " + name);
    for (String landmark : LANDMARKS) {
      String what = landmark + " of " + name;
      require(
          points.get(landmark) instanceof List<?> point && point.size() == 2,
          what + " is no pair of numbers");
      ((List<?>) points.get(landmark)).forEach(value -> share(value, what));
    }
    require(face.get("file_path") instanceof String, "file_path of " + name + " is no text");
    crop(name, folder, (String) face.get("file_path"));
  }

  /** The crop is copied into the media folder, so it must be a picture of the job's own. */
  private static void crop(String name, Path folder, String path) {
    Path file = folder.resolve(path).normalize();
    require(file.startsWith(folder), "the crop of " + name + " lies outside its folder: " + path);
    require(Files.isRegularFile(file), "the crop of " + name + " is missing: " + path);
    byte[] bytes = bytes(file);
    require(
        bytes.length > PNG.length && Arrays.equals(Arrays.copyOf(bytes, PNG.length), PNG),
        "the crop of " + name + " is no PNG: " + path);
  }

  private static void vector(Path folder, String name, ModelSpec model) {
    Path file = folder.resolve(name);
    require(Files.isRegularFile(file), name + " is missing");
    float[] vector;
    try {
      vector = Npy.read(bytes(file));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + " is malformed: " + e.getMessage(), e);
    }
    int wanted = model.output().dimension();
    require(
        vector.length == wanted,
        "%s has %d values; model %s makes %d".formatted(name, vector.length, model.id(), wanted));
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    // Also false for what is not a number.
    require(
        Math.abs(Math.sqrt(squares) - 1) <= LENGTH_TOLERANCE,
        "%s has length %.3f instead of 1".formatted(name, Math.sqrt(squares)));
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException("the file " + file + " cannot be read", e);
    }
  }

  private static Map<?, ?> object(Object value, String what) {
    require(value instanceof Map<?, ?>, what + " is " + type(value) + ", not an object");
    return (Map<?, ?>) value;
  }

  private static double share(Object value, String what) {
    require(
        value instanceof Number number && number.doubleValue() >= 0 && number.doubleValue() <= 1,
        what + " is " + value + ", not a number from 0 to 1");
    return ((Number) value).doubleValue();
  }

  private static void time(Object value, String what) {
    require(
        value instanceof Number number
            && number.doubleValue() == number.longValue()
            && number.longValue() >= 0
            && number.longValue() < Integer.MAX_VALUE,
        what + " is " + value + ", not a time in ms");
  }

  private static String type(Object value) {
    return value == null ? "missing" : value instanceof List<?> ? "a list" : "'" + value + "'";
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
