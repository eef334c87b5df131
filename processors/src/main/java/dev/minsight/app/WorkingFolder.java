package dev.minsight.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * Routes and processes come with the jar; a file of the same name in the working directory wins, so
 * an operator edits one without a build. New files there are taken up too.
 */
final class WorkingFolder {

  private WorkingFolder() {}

  /**
   * @param folder name of the folder, in the jar and in the working directory
   * @param suffix of the files
   * @return comma-separated locations, one a file name
   */
  static String list(String folder, String suffix) {
    Map<String, String> byName = new TreeMap<>();
    try {
      for (Resource packaged :
          new PathMatchingResourcePatternResolver()
              .getResources("classpath*:" + folder + "/*" + suffix)) {
        byName.put(packaged.getFilename(), "classpath:" + folder + "/" + packaged.getFilename());
      }
      Path here = Path.of(folder);
      if (Files.isDirectory(here)) {
        try (Stream<Path> files = Files.list(here)) {
          files
              .filter(file -> file.toString().endsWith(suffix))
              .forEach(
                  file ->
                      byName.put(file.getFileName().toString(), "file:" + file.toAbsolutePath()));
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("the folder " + folder + " cannot be listed", e);
    }
    return String.join(",", byName.values());
  }
}
