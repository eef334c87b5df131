package dev.minsight.compute;

/** Where jobs that belong to no photo are handed in. */
public interface Submission {

  /**
   * Takes a job in. It is kept from here on: after a crash it is done all the same.
   *
   * @param job what is to be done
   * @return its id
   */
  String submit(NewJob job);

  /**
   * Removes a job with the caller's transaction; a worker that is busy with it stops. None is no
   * error.
   *
   * @param jobId of the job
   */
  void withdraw(String jobId);
}
