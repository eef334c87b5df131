package dev.minsight.ml;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Knows which model files are what the manifest says. A file is hashed once and again only when its
 * time, size or identity changes, so asking costs one {@code stat}.
 */
final class CheckedFiles {

  /** What a look at a file found. */
  sealed interface Finding {

    /** The file is there and its checksum is right. */
    record Intact(ModelFile.OnDisk file) implements Finding {}

    /** There is no such file. */
    record Missing() implements Finding {}

    /**
     * The file is there, but not what the manifest says.
     *
     * @param reason in plain words
     */
    record Damaged(String reason) implements Finding {}
  }

  private record Checked(String stamp, String sha256) {}

  private final Map<Path, Checked> checked = new ConcurrentHashMap<>();

  Finding look(Path file, ModelPart part) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      if (attributes.size() != part.size()) {
        return new Finding.Damaged(
            file + " has " + attributes.size() + " bytes instead of " + part.size());
      }
      String stamp =
          file
              + " "
              + attributes.lastModifiedTime()
              + " "
              + attributes.size()
              + " "
              + attributes.fileKey();
      // Per path, so that hashing a large model holds up nobody who asks for another.
      Checked known =
          checked.compute(
              file,
              (path, before) ->
                  before != null && before.stamp().equals(stamp)
                      ? before
                      : new Checked(stamp, hash(path)));
      return known.sha256().equals(part.sha256())
          ? new Finding.Intact(new ModelFile.OnDisk(file, stamp))
          : new Finding.Damaged(
              file + " has SHA-256 " + known.sha256() + " instead of " + part.sha256());
    } catch (NoSuchFileException e) {
      return new Finding.Missing();
    } catch (IOException e) {
      return new Finding.Damaged(file + " cannot be read: " + e);
    } catch (UnreadableException e) {
      return new Finding.Damaged(file + " cannot be read: " + e.getCause());
    }
  }

  /** Hashes anew on the next look, whatever the file's time says. */
  void forget(Path file) {
    checked.remove(file);
  }

  private static String hash(Path file) {
    try {
      return Sha256.of(file);
    } catch (IOException e) {
      throw new UnreadableException(e);
    }
  }

  /** Carries an I/O failure out of a lambda. */
  private static final class UnreadableException extends RuntimeException {
    UnreadableException(IOException cause) {
      super(cause);
    }
  }
}
