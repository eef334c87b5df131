package dev.minsight.cli;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.minsight.sdk.ApiException;
import dev.minsight.sdk.ProcessingFailedException;
import dev.minsight.sdk.WaitTimedOutException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CancellationException;

/**
 * What went wrong, for people and for programs.
 *
 * @param status always {@code failed}
 * @param error one line: what, with what, and what to do
 * @param retryable whether the same command may succeed later
 * @param exitCode of {@link ExitCode}
 */
@JsonPropertyOrder({"status", "error", "retryable"})
record Failure(String status, String error, boolean retryable, @JsonIgnore int exitCode) {

  static final String LOGIN_HINT = "log in with ./minsight auth login";

  static Failure of(int exitCode, String error) {
    return new Failure("failed", error, false, exitCode);
  }

  static Failure of(Throwable thrown) {
    if (thrown instanceof CliException e) {
      return of(e.exitCode(), e.getMessage());
    }
    if (thrown instanceof ApiException e) {
      return new Failure("failed", text(e), e.retryable(), exitCode(e));
    }
    if (thrown instanceof WaitTimedOutException e) {
      return new Failure("failed", e.getMessage(), true, ExitCode.TIMED_OUT);
    }
    if (thrown instanceof ProcessingFailedException e) {
      return of(ExitCode.FAILED, e.getMessage());
    }
    if (thrown instanceof UncheckedIOException e) {
      return of(ExitCode.FAILED, text(e.getCause()));
    }
    if (thrown instanceof IOException e) {
      return of(ExitCode.FAILED, text(e));
    }
    if (thrown instanceof CancellationException e) {
      return of(ExitCode.FAILED, e.getMessage());
    }
    return of(ExitCode.FAILED, "this is a bug, please report it: " + thrown);
  }

  /** Whether every further call would end the same way, so that a batch should stop. */
  boolean hopeless() {
    return exitCode == ExitCode.UNREACHABLE || exitCode == ExitCode.REFUSED;
  }

  private static int exitCode(ApiException e) {
    if (e instanceof ApiException.ServerUnreachable) {
      return ExitCode.UNREACHABLE;
    }
    if (e instanceof ApiException.NotFound) {
      return ExitCode.NOT_FOUND;
    }
    if (e instanceof ApiException.Unauthorized || e instanceof ApiException.Forbidden) {
      return ExitCode.REFUSED;
    }
    return e instanceof ApiException.TimedOut ? ExitCode.TIMED_OUT : ExitCode.FAILED;
  }

  private static String text(ApiException e) {
    if (e instanceof ApiException.ServerUnreachable) {
      return e.detail() + "; start it with ./minsight start, or name another with --server";
    }
    if (e instanceof ApiException.Unauthorized) {
      return e.getMessage() + "; " + LOGIN_HINT;
    }
    if (e instanceof ApiException.TooManyRequests slow && slow.retryAfter().isPresent()) {
      return e.getMessage() + "; try again in " + slow.retryAfter().get().toSeconds() + " s";
    }
    return e.getMessage();
  }

  private static String text(IOException e) {
    if (e instanceof NoSuchFileException missing) {
      return "no such file: " + missing.getFile();
    }
    if (e instanceof AccessDeniedException denied) {
      return "no permission for " + denied.getFile();
    }
    if (e instanceof FileAlreadyExistsException there) {
      return there.getFile() + " is there already";
    }
    if (e instanceof FileSystemException file) {
      return file.getFile() + ": " + file.getReason();
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
