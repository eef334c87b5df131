package dev.minsight.store;

import dev.minsight.support.Chore;
import dev.minsight.support.MinsightProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Removes the temporary files of uploads that were broken off; a start removes them, too. */
@Component
class UploadLeftovers implements Chore {

  /** An upload that still comes in was written to a moment ago. */
  private static final Duration DEAD = Duration.ofDays(1);

  private final List<Path> folders;
  private final Clock clock;

  UploadLeftovers(MinsightProperties settings, MediaFiles files, Clock clock) {
    this.folders = List.of(settings.home().resolve("tmp"), files.root().resolve(".tmp"));
    this.clock = clock;
  }

  @Override
  public String name() {
    return "upload-leftovers";
  }

  @Override
  public long run() {
    return folders.stream().filter(Files::isDirectory).mapToLong(this::sweep).sum();
  }

  private long sweep(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      long removed = 0;
      for (Path entry : entries.filter(Files::isRegularFile).toList()) {
        if (isDead(entry) && Files.deleteIfExists(entry)) {
          removed++;
        }
      }
      return removed;
    } catch (IOException e) {
      throw new UncheckedIOException("the folder " + folder + " cannot be cleaned up", e);
    }
  }

  private boolean isDead(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis() < clock.millis() - DEAD.toMillis();
    } catch (IOException e) {
      return false; // its upload has just ended
    }
  }
}
