package dev.minsight.store;

import java.nio.file.Path;
import java.util.Optional;

/** Who makes the streams of videos; implemented by those who know jobs. */
public interface StreamMaker {

  /**
   * A stream to be made.
   *
   * @param video the original, which exists
   * @param folder where the stream goes; may hold what an earlier try left
   */
  record Order(Path video, Path folder) {}

  /**
   * How far a job is.
   *
   * @param begun whether there may be something to play
   * @param ended whether no more will come
   * @param failure why it failed, null unless it did
   */
  record Progress(boolean begun, boolean ended, String failure) {}

  /**
   * Has a stream made.
   *
   * @param order what and where
   * @return id of the job, which is kept from here on
   */
  String begin(Order order);

  /**
   * @param jobId of the job
   * @return how far it is; empty when there is no such job any more
   */
  Optional<Progress> progress(String jobId);

  /**
   * Calls a job off with the caller's transaction. If it is in work, it stops at its next step;
   * what it still writes counts for nothing. None is no error.
   *
   * @param jobId of the job
   */
  void withdraw(String jobId);
}
