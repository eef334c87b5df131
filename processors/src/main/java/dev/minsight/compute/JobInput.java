package dev.minsight.compute;

import dev.minsight.support.UnprocessableMediaException;
import java.nio.file.Path;
import java.util.List;

/**
 * A file that a job works on. The files of a photo's steps lie in the media folder ({@code media},
 * {@code faces}), an uploaded file in the job's own ({@code input_path}), and a job may name a file
 * of the media folder itself ({@code input_absolute_path}).
 *
 * @param ofMedia whether it lies in the media folder, else in the job's
 * @param path relative to that folder
 */
record JobInput(boolean ofMedia, String path) {

  /**
   * @return at least one
   */
  static List<JobInput> of(Job job) {
    if (job.params().get("faces") instanceof List<?> crops) {
      return crops.stream().map(crop -> new JobInput(true, crop.toString())).toList();
    }
    for (String key : List.of("media", "input_absolute_path")) {
      if (job.params().get(key) instanceof String path && !path.isEmpty()) {
        return List.of(new JobInput(true, path));
      }
    }
    return List.of(new JobInput(false, String.valueOf(job.params().get("input_path"))));
  }

  /**
   * @return where it lies, whether it exists or not
   * @throws UnprocessableMediaException if it leaves its folder
   */
  Path in(Path folder, Path media) {
    return within(ofMedia ? media : folder, path);
  }

  /**
   * @throws UnprocessableMediaException if the path leaves the folder
   */
  static Path within(Path root, String path) {
    Path file = root.resolve(path).normalize();
    if (!file.startsWith(root)) {
      throw new UnprocessableMediaException(
          "the path " + path + " leaves the " + root.getFileName() + " folder");
    }
    return file;
  }
}
