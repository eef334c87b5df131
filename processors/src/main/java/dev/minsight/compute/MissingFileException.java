package dev.minsight.compute;

import dev.minsight.support.RetryableException;
import java.nio.file.Path;

/** A file is not where it was stored. It may be a mount that is away, or somebody puts it back. */
public final class MissingFileException extends RetryableException {

  private static final long serialVersionUID = 1;

  private static final String WORDS = "is missing on disk";

  MissingFileException(Path file) {
    this(file, null);
  }

  MissingFileException(Path file, Throwable cause) {
    super("the file " + file.getFileName() + " " + WORDS, cause);
  }

  /**
   * @param reason why a job failed, or null
   * @return whether this was why
   */
  public static boolean saidIn(String reason) {
    return reason != null && reason.endsWith(WORDS);
  }
}
