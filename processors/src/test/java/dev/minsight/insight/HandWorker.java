package dev.minsight.insight;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.compute.Assigned;
import dev.minsight.compute.WorkerDesk;
import dev.minsight.ml.Npy;
import dev.minsight.support.ApiException;
import dev.minsight.testing.Pictures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.springframework.util.FileSystemUtils;

/** A worker elsewhere whose results the test makes up; the server must have none of its own. */
final class HandWorker {

  static final String DETECTOR = "face-detection-lite";
  static final String FACES = "face-embedding-lite";
  static final String CLIP = "clip-embedding-lite";
  static final String DINO = "dino-embedding-lite";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LEASE = Duration.ofMinutes(10);

  private static final AtomicInteger PICTURES = new AtomicInteger();

  private final PhotoServer photos;
  private final WorkerDesk desk;
  private final List<Assigned> inHand = new ArrayList<>();

  HandWorker(PhotoServer photos) {
    this.photos = photos;
    this.desk = photos.bean(WorkerDesk.class);
  }

  private static final class Shared {

    static final HandWorker WORKER = start();

    private static HandWorker start() {
      try {
        Path home = Files.createTempDirectory("minsight-hand");
        // The server ends with the JVM, by Spring's own hook.
        Runtime.getRuntime()
            .addShutdownHook(new Thread(() -> FileSystemUtils.deleteRecursively(home.toFile())));
        return new HandWorker(
            PhotoServer.start(
                home,
                "minsight.roles=auth,store,compute,insight",
                "minsight.pipeline.retry=10ms,10ms,10ms,10ms",
                "minsight.pipeline.sweep-every=1s",
                "minsight.pipeline.max-in-flight=500"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * The only worker of a server that tests of one JVM share. Photos of other tests may be at any
   * point of their work.
   */
  static HandWorker shared() {
    return Shared.WORKER;
  }

  PhotoServer server() {
    return photos;
  }

  /** A picture like no other, large enough for the faces of {@link #face}. */
  static byte[] picture() {
    return Pictures.plain("png", 320, 240, PICTURES.incrementAndGet());
  }

  /** Takes and begins the task of a photo, as soon as there is one. */
  Assigned take(long entityId, String taskType) {
    Assigned taken =
        await()
            .atMost(PhotoServer.LONG)
            .until(
                () -> {
                  inHand.addAll(desk.fetch("hand", List.of(taskType), 50, LEASE));
                  return inHand.stream()
                      .filter(each -> each.job().entityId() == entityId)
                      .filter(each -> each.job().taskType().equals(taskType))
                      .findFirst()
                      .orElse(null);
                },
                found -> found != null);
    inHand.remove(taken);
    desk.begin(taken.task().id(), taken.task().holder());
    return taken;
  }

  /** Hands in files as they are. */
  void handIn(Assigned taken, Map<String, byte[]> files) {
    desk.result(
        taken.task().id(),
        taken.task().holder(),
        target -> {
          try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(target))) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
              zip.putNextEntry(new ZipEntry(file.getKey()));
              zip.write(file.getValue());
            }
          }
        });
  }

  /** Hands in a result with its files. */
  void handIn(
      Assigned taken, String modelId, Map<String, Object> output, Map<String, byte[]> files) {
    Map<String, byte[]> all = new LinkedHashMap<>(files);
    all.put("result.json", result(modelId, output));
    handIn(taken, all);
  }

  void fail(Assigned taken, WorkerDesk.Outcome outcome, String reason) {
    desk.failed(taken.task().id(), taken.task().holder(), outcome, reason, "");
  }

  /** Does the three first steps of a photo in which it finds so many faces. */
  void firstSteps(long entityId, int faces) {
    clip(entityId, unit(512, entityId));
    dino(entityId, unit(384, entityId));
    detect(entityId, faces);
  }

  void clip(long entityId, float[] vector) {
    handIn(
        take(entityId, "clip_embedding"),
        CLIP,
        Map.of(),
        Map.of("output/clip_embedding.npy", Npy.write(vector)));
  }

  void dino(long entityId, float[] vector) {
    handIn(
        take(entityId, "dino_embedding"),
        DINO,
        Map.of(),
        Map.of("output/dino_embedding.npy", Npy.write(vector)));
  }

  void detect(long entityId, int faces) {
    Map<String, byte[]> crops = new HashMap<>();
    List<Object> found = new ArrayList<>();
    for (int i = 0; i < faces; i++) {
      crops.put("faces/face_" + i + ".png", crop());
      found.add(face(i));
    }
    handIn(take(entityId, "face_detection"), DETECTOR, Map.of("faces", found), crops);
  }

  void embed(long entityId, float[]... vectors) {
    Map<String, byte[]> files = new HashMap<>();
    for (int i = 0; i < vectors.length; i++) {
      files.put("output/face_" + i + ".npy", Npy.write(vectors[i]));
    }
    handIn(take(entityId, "face_embedding"), FACES, Map.of(), files);
  }

  /** Does every open task of every photo, with one face in each, until none is left. */
  void workOff() {
    List<String> types =
        List.of("clip_embedding", "dino_embedding", "face_detection", "face_embedding");
    await()
        .atMost(PhotoServer.LONG)
        .until(
            () -> {
              List<Assigned> tasks = new ArrayList<>(inHand);
              inHand.clear();
              tasks.addAll(desk.fetch("hand", types, 50, LEASE));
              tasks.forEach(this::work);
              return tasks.isEmpty() && atRest();
            });
  }

  /** A photo counts as in flight a moment before its process can be seen. */
  private boolean atRest() {
    IntelligenceTable table = photos.bean(IntelligenceTable.class);
    return photos.bean(Reconcile.class).pending().empty()
        && table.waiting(false, 1).isEmpty()
        && table.inFlight() == 0
        && photos.bean(Pipeline.class).running(0, 1).isEmpty();
  }

  private void work(Assigned task) {
    inHand.add(task);
    long id = task.job().entityId();
    try {
      switch (task.job().taskType()) {
        case "clip_embedding" -> clip(id, unit(512, id));
        case "dino_embedding" -> dino(id, unit(384, id));
        case "face_detection" -> detect(id, 1);
        default -> embed(id, unit(128, id));
      }
    } catch (ApiException e) {
      // The photo was changed meanwhile, and the lease is lost.
      inHand.remove(task);
    }
  }

  /** Lets all leases run out, as when the worker were dead for long. */
  void die() {
    photos.engine().unlockAll();
    inHand.clear();
  }

  static byte[] result(String modelId, Map<String, Object> output) {
    Map<String, Object> result = new HashMap<>();
    result.put("output", output);
    result.put("modelId", modelId);
    try {
      return JSON.writeValueAsBytes(result);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The i-th face of a photo, in the wire form; none overlaps another. */
  static Map<String, Object> face(int i) {
    double left = 0.1 * (i % 9);
    double top = 0.1 * (i / 9);
    Map<String, Object> face = new LinkedHashMap<>();
    face.put("bbox", Map.of("x1", left, "y1", top, "x2", left + 0.09, "y2", top + 0.09));
    face.put("confidence", 0.95);
    face.put(
        "landmarks",
        Map.of(
            "right_eye", List.of(left + 0.02, top + 0.03),
            "left_eye", List.of(left + 0.06, top + 0.03),
            "nose_tip", List.of(left + 0.04, top + 0.05),
            "mouth_right", List.of(left + 0.02, top + 0.07),
            "mouth_left", List.of(left + 0.06, top + 0.07)));
    face.put("file_path", "faces/face_" + i + ".png");
    return face;
  }

  static byte[] crop() {
    return Pictures.plain("png", 112, 112, 0xc0a080);
  }

  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A direction of its own for each seed. */
  static float[] unit(int dimension, long seed) {
    Random random = new Random(seed);
    float[] vector = new float[dimension];
    double squares = 0;
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) random.nextGaussian();
      squares += vector[i] * vector[i];
    }
    for (int i = 0; i < dimension; i++) {
      vector[i] /= (float) Math.sqrt(squares);
    }
    return vector;
  }
}
