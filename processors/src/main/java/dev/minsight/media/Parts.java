package dev.minsight.media;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** Writes files that appear complete or not at all: under another name first, then renamed. */
final class Parts {

  private static final int BUFFER = 64 * 1024;

  private Parts() {}

  /** Writes a file's bytes. */
  @FunctionalInterface
  interface Writing {
    /**
     * @param out buffered; closed by the caller
     * @throws IOException if it cannot be written
     */
    void into(OutputStream out) throws IOException;
  }

  /** Makes a file under the name it is given. */
  @FunctionalInterface
  interface Making {
    /**
     * @param part to be made
     * @throws IOException if it cannot be written
     */
    void file(Path part) throws IOException;
  }

  /** Writes a file through a stream; its folder is made if missing. */
  static void write(Path target, Writing writing) throws IOException {
    make(
        target,
        part -> {
          try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part), BUFFER)) {
            writing.into(out);
          }
        });
  }

  /** Has a file made; its folder is made if missing. */
  static void make(Path target, Making making) throws IOException {
    Path folder = Files.createDirectories(target.toAbsolutePath().getParent());
    Path part = folder.resolve("." + UUID.randomUUID() + ".part");
    try {
      making.file(part);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
