package dev.minsight.bench;

import dev.minsight.media.Ffmpeg;
import dev.minsight.media.ImageDecoder;
import dev.minsight.media.MediaLimits;
import dev.minsight.media.MediaSniffer;
import dev.minsight.media.Resampling;
import dev.minsight.media.RgbImage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * A kind of small job.
 *
 * @param taskType its plugin
 * @param share of a mix of jobs
 * @param ml whether its plugin runs a model
 * @param input name of its file, see {@link #makeInputs}
 * @param parameters form fields
 */
record JobKind(
    String taskType, int share, boolean ml, String input, Map<String, String> parameters) {

  private static final String PHOTO = "photo.jpg";
  private static final String FACE = "face.png";
  private static final String VIDEO = "video.mp4";

  private static final int PHOTO_SIDE = 640;
  private static final int FACE_SIDE = 112;

  /** One of each plugin; a video costs as much as dozens of the others and is as rare. */
  static final List<JobKind> ALL =
      List.of(
          ml("clip_embedding", PHOTO),
          ml("dino_embedding", PHOTO),
          ml("face_detection", PHOTO),
          ml("face_embedding", FACE),
          quick("exif", Map.of()),
          quick("hash", Map.of()),
          quick("media_thumbnail", Map.of()),
          quick("image_conversion", Map.of("format", "webp")),
          new JobKind(
              "hls_streaming",
              1,
              false,
              VIDEO,
              Map.of("variants", "[{\"resolution\":120,\"bitrate\":200}]")));

  private static JobKind ml(String taskType, String input) {
    return new JobKind(taskType, 50, true, input, Map.of());
  }

  private static JobKind quick(String taskType, Map<String, String> parameters) {
    return new JobKind(taskType, 50, false, PHOTO, parameters);
  }

  /** Those that are named, or all when none is. */
  static List<JobKind> among(List<String> words) {
    List<JobKind> named = ALL.stream().filter(kind -> words.contains(kind.taskType())).toList();
    return named.isEmpty() ? ALL : named;
  }

  /** Whether it has a thread of its own in the server. */
  boolean slow() {
    return input.equals(VIDEO);
  }

  /** How many of it cost as much as so many quick ones. */
  int count(int quick) {
    return slow() ? Math.max(1, quick / 50) : quick;
  }

  /**
   * Writes the files: a photo of 640 pixels, a face of 112 pixels, a video of one second.
   *
   * @param original of the photo, or null for a made-up one
   * @param folder where
   * @param tools where ffmpeg may be unpacked
   */
  static void makeInputs(Path original, Path folder, Path tools) throws IOException {
    Files.createDirectories(folder);
    MediaLimits limits = MediaLimits.defaults();
    Ffmpeg ffmpeg = new Ffmpeg(tools, limits.ffmpegTimeout());
    Path source = original == null ? Photos.large(1, folder) : original;
    RgbImage photo =
        new ImageDecoder(limits, ffmpeg)
            .decode(source, MediaSniffer.sniff(source), PHOTO_SIDE)
            .image();
    int height = PHOTO_SIDE * photo.height() / photo.longSide();
    int width = PHOTO_SIDE * photo.width() / photo.longSide();
    write(resized(photo, width, height), "jpg", folder.resolve(PHOTO));
    write(resized(photo, FACE_SIDE, FACE_SIDE), "png", folder.resolve(FACE));
    ffmpeg.run(
        List.of(
            "-f",
            "lavfi",
            "-i",
            "testsrc=duration=1:size=160x120:rate=10",
            "-c:v",
            ffmpeg.encoders().contains("libx264") ? "libx264" : "libopenh264",
            "-pix_fmt",
            "yuv420p",
            folder.resolve(VIDEO).toString()));
  }

  private static RgbImage resized(RgbImage image, int width, int height) {
    return Resampling.resize(image, width, height, Resampling.Filter.LANCZOS);
  }

  private static void write(RgbImage image, String format, Path file) throws IOException {
    BufferedImage target =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_3BYTE_BGR);
    target.getRaster().setDataElements(0, 0, image.width(), image.height(), image.rgb());
    ImageIO.write(target, format, file.toFile());
  }
}
