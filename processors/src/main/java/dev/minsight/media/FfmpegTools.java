package dev.minsight.media;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A pair of programs that was seen to run.
 *
 * @param ffmpeg the converter
 * @param ffprobe the inspector beside it
 * @param libraries folders to put on the library path; empty for a system installation
 * @param version as the program says, for example {@code 8.0.1}
 */
record FfmpegTools(Path ffmpeg, Path ffprobe, List<Path> libraries, String version) {

  /** Adds what the children need in order to find their libraries. */
  void prepare(Map<String, String> environment) {
    environment.put("AV_LOG_FORCE_NOCOLOR", "1");
    if (libraries.isEmpty()) {
      return;
    }
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String variable =
        system.contains("mac")
            ? "DYLD_LIBRARY_PATH"
            : system.contains("windows") ? "PATH" : "LD_LIBRARY_PATH";
    String separator = System.getProperty("path.separator");
    String path =
        String.join(separator, libraries.stream().map(Path::toString).toList())
            + (environment.containsKey(variable) ? separator + environment.get(variable) : "");
    environment.put(variable, path);
  }
}
