package dev.minsight.compute;

import java.io.IOException;

/**
 * Does one type of task. Instances are shared by all worker threads. A new one needs nothing but
 * its class: a Spring component of this server, or a class with a public constructor without
 * arguments that a jar in {@code <home>/plugins} names under {@code
 * META-INF/services/dev.minsight.compute.Plugin}.
 *
 * @param <P> what the caller chooses: a record whose components are the form fields, see {@link
 *     Parameters}
 * @param <O> what is found: a record whose components are the fields of {@code task_output}
 */
public interface Plugin<P extends Record, O extends Record> {

  /**
   * @return name of the task type, as in {@code POST /jobs/<name>}: small letters and underscores
   */
  String taskType();

  /**
   * @return what it does, one sentence for people
   */
  String description();

  /**
   * @return the record of its parameters
   */
  Class<P> parameters();

  /**
   * @return the record of what it finds
   */
  Class<O> output();

  /**
   * Where the main result goes; shown as {@code output_path} in the job's parameters.
   *
   * @param parameters of the job
   * @param inputName name of the uploaded file, or empty
   * @return path relative to the job's folder, or empty when there is no such file
   */
  String outputPath(P parameters, String inputName);

  /**
   * @return whether a job cannot be submitted without an uploaded file
   */
  default boolean needsFile() {
    return true;
  }

  /**
   * Checks what no single field can tell, when the job is submitted.
   *
   * @param parameters as sent
   * @param hasFile whether a file was uploaded
   * @throws dev.minsight.support.BadRequestException if the job makes no sense; the message says
   *     why
   */
  default void check(P parameters, boolean hasFile) {
    // nothing to check in most cases
  }

  /**
   * @return whether a job may take minutes; such jobs have a thread of their own, so that others do
   *     not wait behind them
   */
  default boolean slow() {
    return false;
  }

  /**
   * Does the work. Files go below {@link Work#folder()} and nowhere else.
   *
   * @param parameters of the job
   * @param work the job's files and how to tell of its progress
   * @return what was found
   * @throws IOException if a file cannot be read or written; tried again later
   * @throws dev.minsight.support.UnprocessableMediaException if the input cannot be processed; not
   *     tried again
   */
  Result<O> run(P parameters, Work work) throws IOException;

  /**
   * What a plugin found.
   *
   * @param <O> type of the output
   * @param output becomes the job's {@code task_output}
   * @param modelId model that served, or null
   */
  record Result<O extends Record>(O output, String modelId) {}
}
