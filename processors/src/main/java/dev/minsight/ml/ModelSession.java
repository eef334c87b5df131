package dev.minsight.ml;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * One model loaded by ONNX Runtime, shared by all threads. Each run uses the calling thread only:
 * with as many workers as cores that gives the best throughput, and a second intra-op thread made
 * single calls slower whenever the other core was busy.
 */
final class ModelSession implements AutoCloseable {

  private final ServingModel.Ready model;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final long bytes;

  /**
   * Runs hold it for reading; closing waits for them, since native memory goes with the session.
   */
  private final ReadWriteLock inUse = new ReentrantReadWriteLock();

  private boolean closed;

  private ModelSession(
      ServingModel.Ready model, OrtEnvironment environment, OrtSession session, long bytes) {
    this.model = model;
    this.environment = environment;
    this.session = session;
    this.bytes = bytes;
  }

  /**
   * Loads a model.
   *
   * @throws OrtException if the bytes are no model this runtime can run
   * @throws IOException if they cannot be read
   */
  static ModelSession open(ServingModel.Ready model, OrtEnvironment environment)
      throws OrtException, IOException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      if (model.spec().input() instanceof ModelInput.Image image
          && image.resize() instanceof ModelInput.Resize.Letterbox) {
        // An arena keeps the peak of the largest picture for ever; sizes vary here.
        options.setCPUArenaAllocator(false);
      }
      if (model.file() instanceof ModelFile.OnDisk onDisk) {
        OrtSession session = environment.createSession(onDisk.path().toString(), options);
        return new ModelSession(model, environment, session, Files.size(onDisk.path()));
      }
      byte[] bytes = ((ModelFile.Packaged) model.file()).read();
      OrtSession session = environment.createSession(bytes, options);
      return new ModelSession(model, environment, session, bytes.length);
    }
  }

  LoadedModel describe() {
    return new LoadedModel(model.spec().id(), model.spec().task(), bytes);
  }

  String stamp() {
    return model.file().stamp();
  }

  /**
   * Runs the model.
   *
   * @return its float32 outputs by name, in the model's order
   * @throws SessionClosedException if the session was closed meanwhile: take the new one
   * @throws OrtException if the runtime refuses the input or was told to stop
   */
  Map<String, Tensor> run(FloatBuffer values, long[] shape, Deadline deadline)
      throws OrtException, SessionClosedException {
    return run(
        () -> {
          String tensor = model.spec().input().tensor();
          String input = tensor.isEmpty() ? session.getInputNames().iterator().next() : tensor;
          return Map.of(input, OnnxTensor.createTensor(environment, values, shape));
        },
        deadline);
  }

  /**
   * Runs the model on words. Which inputs there are differs from export to export, so it is the
   * session that says.
   *
   * @param tokens start, words, end
   * @return its float32 outputs by name, in the model's order
   * @throws SessionClosedException if the session was closed meanwhile: take the new one
   * @throws OrtException if the runtime refuses the input or was told to stop
   */
  Map<String, Tensor> run(int[] tokens, Deadline deadline)
      throws OrtException, SessionClosedException {
    return run(() -> TokenInputs.of(tokens, session, environment), deadline);
  }

  /** Makes the tensors of a run; whoever runs closes them. */
  private interface Inputs {
    Map<String, OnnxTensor> make() throws OrtException;
  }

  private Map<String, Tensor> run(Inputs inputs, Deadline deadline)
      throws OrtException, SessionClosedException {
    inUse.readLock().lock();
    try (OrtSession.RunOptions options = new OrtSession.RunOptions()) {
      if (closed) {
        throw new SessionClosedException();
      }
      Map<String, OnnxTensor> in = inputs.make();
      try (Deadline.Watch watch = deadline.watch(options);
          OrtSession.Result result = session.run(in, session.getOutputNames(), Map.of(), options)) {
        watch.done();
        return copy(result);
      } finally {
        in.values().forEach(OnnxTensor::close);
      }
    } finally {
      inUse.readLock().unlock();
    }
  }

  private static Map<String, Tensor> copy(OrtSession.Result result) {
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    result.forEach(
        entry -> {
          if (entry.getValue() instanceof OnnxTensor tensor
              && tensor.getInfo().type == OnnxJavaType.FLOAT) {
            // getFloatBuffer copies, so the values outlive the result.
            outputs.put(
                entry.getKey(), new Tensor(tensor.getInfo().getShape(), tensor.getFloatBuffer()));
          }
        });
    return outputs;
  }

  @Override
  public void close() throws OrtException {
    inUse.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        session.close();
      }
    } finally {
      inUse.writeLock().unlock();
    }
  }

  /** The session was replaced between being looked up and being used. */
  static final class SessionClosedException extends Exception {}
}
