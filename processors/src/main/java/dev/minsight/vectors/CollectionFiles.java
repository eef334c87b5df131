package dev.minsight.vectors;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of one collection:
 *
 * <pre>
 * name.vec          the log that is written
 * name.frozen.vec   the log before, while its vectors are on their way into the index
 * name.N.hnsw/      the index of generation N, when there is one
 * </pre>
 *
 * <p>The log that is written names the generation. It gets its name in one step, and only after all
 * it needs is on the disk, so that step is what makes a rebuild count.
 *
 * @param folder of all collections
 * @param name of this one
 */
record CollectionFiles(Path folder, String name) {

  Path log() {
    return folder.resolve(name + ".vec");
  }

  Path frozenLog() {
    return folder.resolve(name + ".frozen.vec");
  }

  Path index(long generation) {
    return folder.resolve(name + "." + generation + ".hnsw");
  }

  Path draft(String purpose) {
    return folder.resolve(name + ".vec." + purpose + VectorFileDraft.SUFFIX);
  }

  boolean hasIndex() throws IOException {
    return !indexes().isEmpty();
  }

  /**
   * @return highest generation that has an index, 0 for none
   */
  long newestIndex() throws IOException {
    long newest = 0;
    for (Path index : indexes()) {
      String number = index.getFileName().toString().substring(name.length() + 1);
      newest = Math.max(newest, Long.parseLong(number.substring(0, number.indexOf('.'))));
    }
    return newest;
  }

  /** Removes what belongs to other generations. */
  void keepOnly(long generation) throws IOException {
    for (Path index : indexes()) {
      if (!index.equals(index(generation))) {
        deleteFolder(index);
      }
    }
  }

  private List<Path> indexes() throws IOException {
    List<Path> indexes = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, name + ".[0-9]*.hnsw")) {
      found.forEach(indexes::add);
    }
    return indexes;
  }

  static void deleteFolder(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }
}
