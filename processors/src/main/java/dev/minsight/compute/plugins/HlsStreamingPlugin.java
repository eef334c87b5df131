package dev.minsight.compute.plugins;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.minsight.compute.Plugin;
import dev.minsight.compute.TaskTypes;
import dev.minsight.compute.Work;
import dev.minsight.media.Ffmpeg;
import dev.minsight.media.Guard;
import dev.minsight.media.MediaSniffer;
import dev.minsight.media.MediaType;
import dev.minsight.media.TimeLimit;
import dev.minsight.media.VideoSource;
import dev.minsight.support.ApiException;
import dev.minsight.support.MinsightProperties;
import dev.minsight.support.RetryableException;
import dev.minsight.support.UnprocessableMediaException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * Encodes a video for HTTP Live Streaming (RFC 8216) in several sizes, which can be watched while
 * they grow. An uploaded video leaves its stream in the job's {@code output}; a job may also name a
 * file and a folder of the media folder itself. Of several jobs for one folder, one works at a
 * time.
 */
@Component
class HlsStreamingPlugin implements Plugin<HlsStreamingPlugin.Wanted, HlsStreamingPlugin.Found> {

  private static final int MOST_VARIANTS = 10;

  private final Ffmpeg ffmpeg;
  private final Guard guard;
  private final HlsEncoder encoder;
  private final Path media;
  private final Set<Path> busy = ConcurrentHashMap.newKeySet();

  HlsStreamingPlugin(Ffmpeg ffmpeg, Guard guard, MinsightProperties settings) {
    this.ffmpeg = ffmpeg;
    this.guard = guard;
    this.encoder =
        new HlsEncoder(
            ffmpeg, new TimeLimit(settings.compute().hlsTimeout(), "minsight.compute.hls-timeout"));
    this.media = settings.home().resolve("media");
  }

  /**
   * What the caller chooses.
   *
   * @param inputAbsolutePath video of the media folder, null for an uploaded one
   * @param outputAbsolutePath folder of the media folder that gets the stream; with a path only
   * @param variants how it is encoded
   * @param includeOriginal whether the video is packed unchanged, too
   */
  record Wanted(
      @JsonPropertyDescription("video in the server's media folder, instead of a file")
          String inputAbsolutePath,
      @JsonPropertyDescription(
              "folder in the server's media folder for the stream of such a video; required there")
          String outputAbsolutePath,
      @JsonProperty(
              defaultValue =
                  "[{\"resolution\":720,\"bitrate\":3500},{\"resolution\":480,\"bitrate\":1500}]")
          @JsonPropertyDescription("JSON list of the variants, each a resolution and a bitrate")
          @Size(min = 1, max = MOST_VARIANTS)
          @Valid
          List<HlsVariant> variants,
      @JsonProperty(defaultValue = "false")
          @JsonPropertyDescription("whether the video is packed unchanged, too: adaptive-orig.m3u8")
          boolean includeOriginal) {

    Wanted {
      inputAbsolutePath = blankIsNull(inputAbsolutePath);
      // The stream of an upload lies with its job.
      outputAbsolutePath = inputAbsolutePath == null ? null : blankIsNull(outputAbsolutePath);
    }

    private static String blankIsNull(String text) {
      return text == null || text.isBlank() ? null : text;
    }

    boolean byPath() {
      return inputAbsolutePath != null;
    }
  }

  /**
   * What was made.
   *
   * @param masterPlaylist where players begin; relative to the job's folder, absolute for a video
   *     of the media folder
   * @param variantsGenerated how many variants were asked for, the original not counted
   * @param totalSegments of all variants in the master playlist
   * @param includeOriginal whether the unchanged video is there, too; not every kind can be
   */
  record Found(
      String masterPlaylist, int variantsGenerated, int totalSegments, boolean includeOriginal) {}

  @Override
  public String taskType() {
    return TaskTypes.HLS_STREAMING;
  }

  @Override
  public String description() {
    return "Encodes a video for adaptive streaming (HLS), watchable while it is encoded";
  }

  @Override
  public Class<Wanted> parameters() {
    return Wanted.class;
  }

  @Override
  public Class<Found> output() {
    return Found.class;
  }

  @Override
  public String outputPath(Wanted wanted, String inputName) {
    return wanted.byPath() ? "" : "output";
  }

  @Override
  public boolean needsFile() {
    return false;
  }

  @Override
  public boolean slow() {
    return true;
  }

  @Override
  public void check(Wanted wanted, boolean hasFile) {
    if (!hasFile && !wanted.byPath()) {
      throw new ApiException(400, "Either file or input_absolute_path must be provided");
    }
    if (hasFile && wanted.byPath()) {
      throw wrong("file and input_absolute_path exclude each other");
    }
    if (wanted.byPath()) {
      requireInMedia("input_absolute_path", wanted.inputAbsolutePath());
      if (wanted.outputAbsolutePath() == null) {
        throw wrong("output_absolute_path must be provided with input_absolute_path");
      }
      requireInMedia("output_absolute_path", wanted.outputAbsolutePath());
    }
    List<HlsVariant> variants = wanted.variants();
    if (variants == null || variants.isEmpty() || variants.size() > MOST_VARIANTS) {
      throw wrong("variants must be a list of 1 to " + MOST_VARIANTS);
    }
    for (HlsVariant variant : variants) {
      if (variant == null) {
        throw wrong("a variant must be an object with resolution and bitrate");
      }
      requireRange("resolution", variant.resolution(), HlsVariant.LOWEST, HlsVariant.HIGHEST);
      requireRange("bitrate", variant.bitrate(), HlsVariant.LEAST_BITRATE, HlsVariant.MOST_BITRATE);
    }
  }

  private void requireInMedia(String name, String path) {
    try {
      if (media.resolve(path).normalize().startsWith(media)) {
        return;
      }
    } catch (InvalidPathException e) {
      throw wrong(name + " is no path");
    }
    throw wrong(name + " must lie in the server's media folder");
  }

  private static void requireRange(String name, Integer value, int least, int most) {
    if (value != null && (value < least || value > most)) {
      throw wrong(
          "%s of a variant must be from %d to %d, not %d".formatted(name, least, most, value));
    }
  }

  private static ApiException wrong(String detail) {
    return new ApiException(422, detail);
  }

  @Override
  public Result<Found> run(Wanted wanted, Work work) throws IOException {
    Path file = wanted.byPath() ? named(wanted, work) : work.input();
    VideoSource video = inspect(file);
    Path folder = wanted.byPath() ? work.media(wanted.outputAbsolutePath()) : work.output();
    work.progress(0); // a job that was called off must not make the folder again
    if (!busy.add(folder)) {
      throw new RetryableException("another job still writes into the folder of the stream");
    }
    try {
      Files.createDirectories(folder);
      HlsFolder stream = new HlsFolder(folder, video);
      HlsPacking packing = new HlsPacking(encoder, stream, file, video, work::progress);
      List<HlsVariant> variants =
          wanted.variants().stream()
              .map(variant -> variant.settled(video.height()))
              .distinct()
              .toList();
      int segments = packing.variants(variants);
      boolean original = wanted.includeOriginal() && packing.original();
      work.progress(99);
      String master = wanted.byPath() ? stream.master().toString() : "output/" + HlsFolder.MASTER;
      return new Result<>(new Found(master, variants.size(), segments, original), null);
    } finally {
      busy.remove(folder);
    }
  }

  /** Unlike an upload, which was there: nobody waits for a file that a caller only imagines. */
  private static Path named(Wanted wanted, Work work) {
    Path file = work.media(wanted.inputAbsolutePath());
    if (!Files.isRegularFile(file)) {
      throw new UnprocessableMediaException("there is no such file as input_absolute_path names");
    }
    return file;
  }

  private VideoSource inspect(Path file) throws IOException {
    if (Files.size(file) == 0) {
      throw new UnprocessableMediaException("the file is empty");
    }
    MediaType type = MediaSniffer.sniff(file);
    if (type.isImage() || type.kind().equals("text")) {
      throw new UnprocessableMediaException("the file is " + type.mime() + ", not a video");
    }
    VideoSource video = VideoSource.probe(ffmpeg, file);
    guard.check(file, video);
    return video;
  }
}
