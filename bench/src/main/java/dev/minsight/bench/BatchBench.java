package dev.minsight.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.minsight.ml.ModelFile;
import dev.minsight.ml.ModelInput.Resize;
import dev.minsight.ml.ModelManifest;
import dev.minsight.ml.ModelSpec;
import dev.minsight.ml.ModelStore;
import dev.minsight.ml.ModelTask;
import dev.minsight.ml.ServingModel;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Whether running a model on several pictures at once is cheaper than one after the other: CPU time
 * a picture in batches against batches of one, on one thread, in a session with the server's
 * options. Batches of all sizes take turns, and the median of the rounds counts. A model that is
 * made for one picture only is opened with that number taken out of its input's shape. There is no
 * target: the figures are the reason of {@code docs/decisions/0009-no-micro-batching.md}.
 */
final class BatchBench {

  private static final int[] BATCHES = {1, 4, 8};
  private static final int WARM_UP = 5;
  private static final int BANDS = 3;
  private static final int DETECTED_SIDE = 640;

  /** In the bytes of an ONNX file: a shape that begins with one picture of three planes. */
  private static final byte[] ONE_PICTURE = {0x0a, 2, 8, 1, 0x0a, 2, 8, BANDS};

  /** Instead of its first four bytes: any number of pictures (a dimension without a name). */
  private static final byte[] ANY_NUMBER = {0x0a, 2, 0x12, 0};

  /** A run uses the calling thread only. */
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Path shared;
  private final Path folder;
  private final int rounds;
  private final PrintStream out;
  private final OrtEnvironment environment =
      OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "bench");

  BatchBench(Path shared, Path folder, int rounds, PrintStream out) {
    this.shared = shared;
    this.folder = folder;
    this.rounds = rounds;
    this.out = out;
  }

  /**
   * Runs it and prints the figures.
   *
   * @return true
   */
  boolean run() throws IOException {
    Path home = ServerProcess.homeWithModels(shared, folder, out);
    ModelStore store = new ModelStore(home.resolve("models"), ModelManifest.packaged());
    out.printf(
        "CPU ms a picture, one thread (times as fast as one by one)%n%-24s %10s", "model", "input");
    for (int batch : BATCHES) {
      out.printf(" %12s", "batch of " + batch);
    }
    out.println();
    for (ModelSpec spec : store.manifest().models()) {
      if (ModelTask.VISION.contains(spec.task())
          && store.state(spec) instanceof ServingModel.Ready model) {
        run(model);
      }
    }
    return true;
  }

  private void run(ServingModel.Ready model) throws IOException {
    Resize resize = model.spec().image().resize();
    int side = side(resize);
    out.printf("%-24s %10s", model.spec().id(), side + " x " + side);
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      // as ModelSession has them
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      options.setCPUArenaAllocator(!(resize instanceof Resize.Letterbox));
      try (OrtSession session = environment.createSession(opened(bytes(model.file())), options)) {
        report(times(session, side));
      }
    } catch (OrtException e) {
      out.println("  not in batches: " + e.getMessage().replaceAll("\\s+", " "));
    }
  }

  private static byte[] opened(byte[] model) {
    for (int at = model.length - ONE_PICTURE.length; at >= 0; at--) {
      if (Arrays.equals(model, at, at + ONE_PICTURE.length, ONE_PICTURE, 0, ONE_PICTURE.length)) {
        System.arraycopy(ANY_NUMBER, 0, model, at, ANY_NUMBER.length);
        return model;
      }
    }
    return model;
  }

  private static int side(Resize resize) {
    if (resize instanceof Resize.Stretch stretch) {
      return stretch.size();
    }
    return resize instanceof Resize.CentreCrop crop ? crop.size() : DETECTED_SIDE;
  }

  private static byte[] bytes(ModelFile file) throws IOException {
    if (file instanceof ModelFile.OnDisk onDisk) {
      return Files.readAllBytes(onDisk.path());
    }
    String resource = ((ModelFile.Packaged) file).resource();
    try (InputStream in = ModelFile.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileNotFoundException(resource);
      }
      return in.readAllBytes();
    }
  }

  private Map<Integer, List<Double>> times(OrtSession session, int side) throws OrtException {
    Map<Integer, List<Double>> times = new LinkedHashMap<>();
    for (int round = -WARM_UP; round < rounds; round++) {
      for (int batch : BATCHES) {
        double millis = time(session, batch, side);
        if (round >= 0) {
          times.computeIfAbsent(batch, size -> new ArrayList<>()).add(millis / batch);
        }
      }
    }
    return times;
  }

  private double time(OrtSession session, int batch, int side) throws OrtException {
    FloatBuffer values =
        ByteBuffer.allocateDirect(batch * BANDS * side * side * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    Random random = new Random(batch);
    while (values.hasRemaining()) {
      values.put(random.nextFloat());
    }
    long[] shape = {batch, BANDS, side, side};
    String input = session.getInputNames().iterator().next();
    long start = THREADS.getCurrentThreadCpuTime();
    try (OnnxTensor in = OnnxTensor.createTensor(environment, values.flip(), shape)) {
      session.run(Map.of(input, in)).close();
    }
    return (THREADS.getCurrentThreadCpuTime() - start) / 1e6;
  }

  private void report(Map<Integer, List<Double>> times) {
    Map<Integer, Double> medians = new LinkedHashMap<>();
    times.forEach(
        (batch, millis) ->
            medians.put(
                batch, millis.stream().sorted().skip(millis.size() / 2).findFirst().orElseThrow()));
    for (int batch : BATCHES) {
      out.printf(" %6.2f (%.2f)", medians.get(batch), medians.get(1) / medians.get(batch));
    }
    out.println();
  }
}
