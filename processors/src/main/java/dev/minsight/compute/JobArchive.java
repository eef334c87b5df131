package dev.minsight.compute;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** What a worker made in the folder of a job, as one file: a ZIP of all but the job's inputs. */
final class JobArchive {

  private JobArchive() {}

  /**
   * @param folder of a job
   * @param archive is made, or replaced
   * @throws IOException if a file cannot be read or written
   */
  static void pack(Path folder, Path archive) throws IOException {
    try (OutputStream out = Files.newOutputStream(archive);
        ZipOutputStream zip = new ZipOutputStream(out);
        Stream<Path> files = Files.walk(folder)) {
      zip.setLevel(Deflater.BEST_SPEED); // pictures and videos are packed already
      List<Path> made =
          files
              .filter(Files::isRegularFile)
              .filter(file -> !file.startsWith(folder.resolve(JobFolders.INPUT)))
              .toList();
      for (Path file : made) {
        String name = folder.relativize(file).toString().replace('\\', '/');
        zip.putNextEntry(new ZipEntry(name));
        Files.copy(file, zip);
        zip.closeEntry();
      }
    }
  }

  /**
   * @param archive of {@link #pack}
   * @param folder of the job; files of the same names are replaced
   * @throws IllegalArgumentException if it is no such archive
   * @throws IOException if a file cannot be read or written
   */
  static void unpack(Path archive, Path folder) throws IOException {
    try (InputStream in = Files.newInputStream(archive);
        ZipInputStream zip = new ZipInputStream(in)) {
      int files = 0;
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = inside(folder, entry.getName());
        Files.createDirectories(file.getParent());
        try (OutputStream out = Files.newOutputStream(file)) {
          zip.transferTo(out);
        }
        files++;
      }
      if (files == 0) {
        throw new IllegalArgumentException("the result is no ZIP file, or an empty one");
      }
    }
  }

  private static Path inside(Path folder, String name) {
    try {
      Path file = folder.resolve(name).normalize();
      if (file.startsWith(folder)
          && !file.equals(folder)
          && !file.startsWith(folder.resolve(JobFolders.INPUT))) {
        return file;
      }
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("the result holds a file with the name " + name, e);
    }
    throw new IllegalArgumentException("the result holds a file outside its folder: " + name);
  }
}
