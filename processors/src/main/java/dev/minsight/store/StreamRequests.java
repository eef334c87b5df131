package dev.minsight.store;

import dev.minsight.support.NotFoundException;
import dev.minsight.support.RetryableException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Service;

/**
 * Streams are made for those who ask: the first one starts a job, whoever asks later learns how far
 * it is. A stream can be played from the job's first progress on, while it grows.
 *
 * <p>What the table says is brought up to date by asking, not by the job's end: so nothing is lost
 * when the server stops in between, and a stream whose files or job are gone is made again.
 */
@Service
public class StreamRequests {

  /** As the contract says. */
  static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  /** Each who waits holds a thread of the server. */
  private static final int MOST_WAITING = 32;

  /** A wish without a job for so long lost it in a crash. */
  private static final Duration LONGEST_BEGINNING = Duration.ofSeconds(30);

  private final Entities entities;
  private final MediaFiles files;
  private final Streams streams;
  private final StreamRows rows;
  private final ObjectProvider<StreamMaker> makers;
  private final Clock clock;
  private final Duration longestWait;
  private final Semaphore waiting = new Semaphore(MOST_WAITING);

  @Autowired
  StreamRequests(
      Entities entities,
      MediaFiles files,
      Streams streams,
      StreamRows rows,
      ObjectProvider<StreamMaker> makers,
      Clock clock) {
    this(entities, files, streams, rows, makers, clock, LONGEST_WAIT);
  }

  StreamRequests(
      Entities entities,
      MediaFiles files,
      Streams streams,
      StreamRows rows,
      ObjectProvider<StreamMaker> makers,
      Clock clock,
      Duration longestWait) {
    this.entities = entities;
    this.files = files;
    this.streams = streams;
    this.rows = rows;
    this.makers = makers;
    this.clock = clock;
    this.longestWait = longestWait;
  }

  /**
   * Where a stream stands.
   *
   * @param manifest what a player asks for first, null unless it can be played
   * @param failure why there will be none, null unless so; with neither, it is being made
   */
  public record State(Path manifest, String failure) {

    private static final State MAKING = new State(null, null);

    private static State ready(Path manifest) {
      return new State(manifest, null);
    }

    private static State failed(String reason) {
      return new State(null, reason);
    }

    /**
     * @return whether it is being made
     */
    public boolean making() {
      return manifest == null && failure == null;
    }
  }

  /**
   * Asks for the stream of a video, and has it made where there is none.
   *
   * @param entityId number of the entity, also one in the trash
   * @param wait whether to wait, for 30 seconds at most, until it can be played
   * @return where it stands
   * @throws RetryableException while the media folder is not there, or no job can be started
   */
  public State ask(long entityId, boolean wait) {
    State state = ask(entityId);
    if (!wait || !state.making() || !waiting.tryAcquire()) {
      return state;
    }
    try {
      long end = System.nanoTime() + longestWait.toNanos();
      while (state.making() && System.nanoTime() < end) {
        Thread.sleep(LOOK_EVERY.toMillis());
        state = ask(entityId);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      waiting.release();
    }
    return state;
  }

  private State ask(long entityId) {
    MediaEntity entity = entities.find(entityId).orElse(null);
    if (entity == null) {
      return State.failed("there is no entity " + entityId);
    }
    if (entity.isCollection()) {
      return State.failed("entity " + entityId + " is a collection");
    }
    if (!"video".equals(entity.type())) {
      return State.failed("entity " + entityId + " is no video but " + entity.mimeType());
    }
    files.requireAvailable();
    Optional<StreamRows.Row> row = rows.find(entityId);
    return row.isEmpty() ? begin(entity, rows.wish(entityId)) : look(entity, row.get());
  }

  private State look(MediaEntity entity, StreamRows.Row row) {
    Optional<State> ready = streams.file(entity, Streams.MANIFEST).map(State::ready);
    if (row.is(StreamRows.READY)) {
      return ready.orElseGet(() -> again(entity, row));
    }
    if (row.jobId() == null) {
      return clock.millis() - row.createdAt() > LONGEST_BEGINNING.toMillis()
          ? again(entity, row)
          : State.MAKING;
    }
    Optional<StreamMaker.Progress> progress = maker().progress(row.jobId());
    if (progress.isEmpty()) {
      return row.is(StreamRows.FAILED) ? State.failed(row.reason()) : again(entity, row);
    }
    // Also of a job that failed before: somebody may have had it tried again.
    if (progress.get().failure() != null) {
      rows.ended(row, StreamRows.FAILED, progress.get().failure());
      return State.failed(progress.get().failure());
    }
    if (progress.get().ended()) {
      rows.ended(row, StreamRows.READY, null);
      return ready.orElseGet(() -> again(entity, row));
    }
    return progress.get().begun() ? ready.orElse(State.MAKING) : State.MAKING;
  }

  private State again(MediaEntity entity, StreamRows.Row row) {
    return begin(entity, rows.wishAgain(row));
  }

  private State begin(MediaEntity entity, Optional<StreamRows.Row> wish) {
    if (wish.isPresent()) {
      String job;
      try {
        job = maker().begin(new StreamMaker.Order(files.original(entity), streams.folder(entity)));
      } catch (NotFoundException e) {
        rows.unwish(wish.get()); // it may come back
        return State.failed("the original is missing on disk");
      } catch (RuntimeException e) {
        rows.unwish(wish.get());
        throw e;
      }
      rows.begun(wish.get(), job);
    }
    return State.MAKING;
  }

  private StreamMaker maker() {
    return makers.getObject();
  }
}
