package dev.minsight.ml;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import dev.minsight.ml.ModelSession.SessionClosedException;
import dev.minsight.support.RetryableException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs models. One session per model, opened at first use, shared by all threads and replaced when
 * the model's bytes change. While one model takes over from another both are in memory; the one
 * that rests is let go.
 */
public final class InferenceEngine implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(InferenceEngine.class);

  /** A model that could not be loaded is tried again after this; memory may be free by then. */
  private static final long RELOAD_NANOS = Duration.ofMinutes(1).toNanos();

  /** A model at rest for so long, while another of its task works, was replaced by it. */
  private static final long REST_NANOS = Duration.ofMinutes(1).toNanos();

  private final OrtEnvironment environment;
  private final Deadline deadline;
  private final Map<String, Slot> slots = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * @param limit longest time of one run; a longer one is stopped
   */
  public InferenceEngine(Duration limit) {
    this.environment =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "minsight");
    this.deadline = new Deadline(limit);
  }

  /**
   * Runs a model on one float32 tensor.
   *
   * @return its float32 outputs by name
   * @throws RetryableException if the model cannot be loaded, took too long or failed
   */
  Map<String, Tensor> run(ServingModel.Ready model, FloatBuffer values, long... shape) {
    return run(model, session -> session.run(values.duplicate(), shape, deadline));
  }

  /**
   * Runs a model on words.
   *
   * @param tokens start, words, end
   * @return its float32 outputs by name
   * @throws RetryableException if the model cannot be loaded, took too long or failed
   */
  Map<String, Tensor> run(ServingModel.Ready model, int[] tokens) {
    return run(model, session -> session.run(tokens, deadline));
  }

  /** One run on a session that may be replaced any moment. */
  private interface Run {
    Map<String, Tensor> on(ModelSession session) throws OrtException, SessionClosedException;
  }

  private Map<String, Tensor> run(ServingModel.Ready model, Run run) {
    long started = System.nanoTime();
    try {
      return runOnCurrentSession(model, run);
    } catch (OrtException e) {
      boolean late = System.nanoTime() - started >= deadline.limit().toNanos();
      throw new RetryableException(
          "model "
              + model.spec().id()
              + (late
                  ? " was stopped after " + deadline.limit().toSeconds() + " s"
                  : " failed: " + e.getMessage()),
          e);
    }
  }

  /**
   * @param model that serves a task
   * @return why its bytes could not be loaded lately, if so
   */
  Optional<String> loadFailure(ServingModel.Ready model) {
    return Optional.ofNullable(slots.get(model.spec().id())).flatMap(s -> s.failure(model));
  }

  /** The models that are in memory, by task. */
  List<LoadedModel> loaded() {
    return slots.values().stream()
        .flatMap(slot -> slot.describe().stream())
        .sorted(Comparator.comparing(LoadedModel::task))
        .toList();
  }

  private Map<String, Tensor> runOnCurrentSession(ServingModel.Ready model, Run run)
      throws OrtException {
    while (true) {
      if (closed) {
        throw new RetryableException("inference is shutting down");
      }
      try {
        Slot slot = slots.computeIfAbsent(model.spec().id(), id -> new Slot(model.spec().task()));
        Map<String, Tensor> outputs = run.on(slot.session(model));
        slot.used();
        return outputs;
      } catch (SessionClosedException e) {
        // Another thread has just replaced the session; the next look finds the new one.
        LOG.debug("Session of {} was replaced, looking again", model.spec().id());
      }
    }
  }

  /** Lets go of the other models of a task that have rested for long. */
  private void closeResting(Slot working) {
    for (Slot other : slots.values()) {
      if (other != working && other.task.equals(working.task) && other.rests()) {
        other.close();
      }
    }
  }

  /** Closes all sessions after their current runs. */
  @Override
  public void close() {
    closed = true;
    slots.values().forEach(Slot::close);
    deadline.close();
  }

  /** The session of one model, or why it could not be opened. */
  private final class Slot {

    private final String task;
    private volatile long lastUsed = System.nanoTime();
    private ModelSession session;
    private String failedStamp = "";
    private String failure;
    private long failedAt;

    Slot(String task) {
      this.task = task;
    }

    void used() {
      lastUsed = System.nanoTime();
      closeResting(this);
    }

    boolean rests() {
      return System.nanoTime() - lastUsed > REST_NANOS;
    }

    synchronized ModelSession session(ServingModel.Ready model) {
      if (session != null && session.stamp().equals(model.file().stamp())) {
        return session;
      }
      failure(model)
          .ifPresent(
              known -> {
                throw new RetryableException(known);
              });
      close();
      try {
        session = ModelSession.open(model, environment);
        failure = null;
        LOG.info("Loaded model {} for {}", model.spec().id(), model.spec().task());
        return session;
      } catch (OrtException | IOException e) {
        failedStamp = model.file().stamp();
        failedAt = System.nanoTime();
        failure = "model " + model.spec().id() + " cannot be loaded: " + e.getMessage();
        throw new RetryableException(failure, e);
      }
    }

    synchronized Optional<LoadedModel> describe() {
      return Optional.ofNullable(session).map(ModelSession::describe);
    }

    synchronized Optional<String> failure(ServingModel.Ready model) {
      boolean current =
          failure != null
              && failedStamp.equals(model.file().stamp())
              && System.nanoTime() - failedAt < RELOAD_NANOS;
      return current ? Optional.of(failure) : Optional.empty();
    }

    synchronized void close() {
      if (session != null) {
        try {
          session.close();
        } catch (OrtException e) {
          LOG.warn("A model session did not close cleanly: {}", e.toString());
        }
        session = null;
      }
    }
  }
}
