package dev.minsight.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A copy of somebody's bytes, inside the media folder but not yet part of the store. Whoever staged
 * it closes it; {@link Intake#store} takes the file away before.
 *
 * @param file the copy
 * @param size bytes
 * @param sha256 of the bytes, 64 hex
 * @param originalName harmless form of the name it came with, or null
 */
public record Staged(Path file, long size, String sha256, String originalName)
    implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Staged.class);

  /** Removes the copy if it is still there. */
  public void discard() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // Left for the sweep at the next start: the outcome of the upload does not depend on it.
      LOG.warn("The temporary file {} could not be removed: {}", file, e.toString());
    }
  }

  @Override
  public void close() {
    discard();
  }
}
