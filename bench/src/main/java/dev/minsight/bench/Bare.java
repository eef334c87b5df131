package dev.minsight.bench;

import dev.minsight.media.ContentDigest;
import dev.minsight.media.DecodedImage;
import dev.minsight.media.Ffmpeg;
import dev.minsight.media.Guard;
import dev.minsight.media.ImageDecoder;
import dev.minsight.media.MediaFacts;
import dev.minsight.media.MediaInspector;
import dev.minsight.media.MediaLimits;
import dev.minsight.media.MediaSniffer;
import dev.minsight.media.MediaType;
import dev.minsight.media.RgbImage;
import dev.minsight.media.Wholeness;
import dev.minsight.ml.DetectedFace;
import dev.minsight.ml.DetectionOverrides;
import dev.minsight.ml.FaceAligner;
import dev.minsight.ml.InferenceEngine;
import dev.minsight.ml.ModelManifest;
import dev.minsight.ml.ModelStore;
import dev.minsight.ml.ModelTask;
import dev.minsight.ml.VisionModels;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The limit: what the models and the decoder alone need for the photos, on as many threads as the
 * server's workers. Runs in a JVM of its own with the server's settings, and warms up as the server
 * does, with the same photos. No engine, no database, no messages, nothing is written.
 *
 * <p>Measured apart, and no part of the limit: looking at a new file before it enters the store
 * (type, damage, header, digests), which is neither of the things the server is held to.
 */
final class Bare {

  /** What is timed apart; CPU time of the thread that does it. */
  static final List<String> STEPS = List.of("decode", "find faces", "embed faces", "CLIP", "DINO");

  /** As face detection asks for it. */
  private static final int LONG_SIDE = 1280;

  private final ImageDecoder decoder;
  private final MediaInspector inspector;
  private final Guard guard;
  private final ContentDigest digests;
  private final VisionModels models;
  private final Map<String, AtomicLong> steps = new ConcurrentHashMap<>();
  private final AtomicInteger faces = new AtomicInteger();

  private Bare(Path home) {
    MediaLimits limits = MediaLimits.defaults();
    Ffmpeg ffmpeg = new Ffmpeg(home.resolve("tools"), limits.ffmpegTimeout());
    this.decoder = new ImageDecoder(limits, ffmpeg);
    this.inspector = new MediaInspector(limits, ffmpeg);
    this.guard = new Guard(limits);
    this.digests = new ContentDigest(decoder);
    this.models =
        new VisionModels(
            new ModelStore(home.resolve("models"), ModelManifest.packaged()),
            new InferenceEngine(Duration.ofMinutes(2)));
  }

  /**
   * Runs in the child.
   *
   * @param args home with the models, folder of photos to warm up with, folder of photos to
   *     measure, threads, file for the results
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Bare bare = new Bare(Path.of(args[0]));
    List<Path> warm = Photos.below(Path.of(args[1]));
    List<Path> photos = Photos.below(Path.of(args[2]));
    int threads = Integer.parseInt(args[3]);
    bare.models.warmUp();
    run(warm, threads, bare::see);
    run(warm, threads, bare::takeIn);
    bare.steps.clear();
    bare.faces.set(0);
    Properties results = new Properties();
    measure(results, "see", photos, threads, bare::see);
    measure(results, "takeIn", photos, threads, bare::takeIn);
    bare.steps.forEach(
        (step, nanos) -> results.setProperty("step." + step, Double.toString(nanos.get() / 1e6)));
    results.setProperty("faces", Integer.toString(bare.faces.get()));
    try (var out = Files.newBufferedWriter(Path.of(args[4]))) {
      results.store(out, null);
    }
    bare.models.close();
  }

  /**
   * Runs it in a child.
   *
   * @param heap as after {@code -Xmx}
   * @param folder for its results and what it prints
   * @param home with the models
   * @param warm photos to warm up with
   * @param photos to measure
   * @param threads how many
   * @return what it found
   */
  static Properties run(String heap, Path folder, Path home, Path warm, Path photos, int threads)
      throws IOException, InterruptedException {
    Path results = folder.resolve("bare.properties");
    ChildJvm.run(
        heap,
        folder.resolve("bare.out"),
        Bare.class.getName(),
        home.toString(),
        warm.toString(),
        photos.toString(),
        Integer.toString(threads),
        results.toString());
    Properties properties = new Properties();
    try (var in = Files.newBufferedReader(results)) {
      properties.load(in);
    }
    return properties;
  }

  private static void measure(
      Properties results, String name, List<Path> photos, int threads, Consumer<Path> work)
      throws InterruptedException {
    double cpu = Machine.cpuMillis();
    long start = System.nanoTime();
    run(photos, threads, work);
    results.setProperty(name + ".wall", Double.toString((System.nanoTime() - start) / 1e6));
    results.setProperty(name + ".cpu", Double.toString(Machine.cpuMillis() - cpu));
  }

  private static void run(List<Path> photos, int threads, Consumer<Path> work)
      throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    Thread[] workers = new Thread[threads];
    for (int i = 0; i < threads; i++) {
      workers[i] =
          new Thread(
              () -> {
                for (int n = next.getAndIncrement(); n < photos.size(); ) {
                  work.accept(photos.get(n));
                  n = next.getAndIncrement();
                }
              });
      workers[i].start();
    }
    for (Thread worker : workers) {
      worker.join();
    }
  }

  /** Decodes a photo and runs the four models on it, as the server's plugins do. */
  private void see(Path photo) {
    MediaType type = MediaSniffer.sniff(photo);
    DecodedImage picture = decode(photo, type, LONG_SIDE);
    RgbImage seen = picture.image();
    List<DetectedFace> found =
        timed("find faces", () -> models.detectFaces(seen, DetectionOverrides.NONE).faces());
    boolean small = found.stream().anyMatch(face -> face.box().width() < FaceAligner.SIZE);
    RgbImage source =
        small && seen.width() < picture.fullWidth()
            ? decode(photo, type, Integer.MAX_VALUE).image()
            : seen;
    double scale = (double) source.width() / seen.width();
    for (DetectedFace face : found) {
      timed(
          "embed faces",
          () ->
              models.embed(ModelTask.FACE_EMBEDDING, models.alignFace(source, face.scaled(scale))));
    }
    timed("CLIP", () -> models.embed(ModelTask.CLIP_EMBEDDING, seen));
    timed("DINO", () -> models.embed(ModelTask.DINO_EMBEDDING, seen));
    faces.addAndGet(found.size());
  }

  private <T> T timed(String step, Supplier<T> work) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    T result = work.get();
    steps
        .computeIfAbsent(step, name -> new AtomicLong())
        .addAndGet(threads.getCurrentThreadCpuTime() - before);
    return result;
  }

  private DecodedImage decode(Path photo, MediaType type, int longSide) {
    return timed("decode", () -> decoder.decode(photo, type, longSide));
  }

  /** What the store finds out about a file before there is a row of it. */
  private void takeIn(Path photo) {
    try {
      Wholeness.objection(photo);
      MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(photo));
      MediaType type = MediaSniffer.sniff(photo);
      MediaFacts facts = inspector.inspect(photo, type);
      guard.check(photo, type, facts);
      digests.of(photo, type);
    } catch (IOException | NoSuchAlgorithmException e) {
      throw new IllegalStateException(photo + " cannot be read", e);
    }
  }
}
