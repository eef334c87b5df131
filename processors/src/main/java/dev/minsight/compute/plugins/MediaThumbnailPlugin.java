package dev.minsight.compute.plugins;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.minsight.compute.Plugin;
import dev.minsight.compute.Work;
import dev.minsight.media.MediaSniffer;
import dev.minsight.media.MediaType;
import dev.minsight.media.ThumbnailSize;
import dev.minsight.media.Thumbnails;
import jakarta.validation.constraints.Positive;
import java.io.IOException;
import java.nio.file.Path;
import org.springframework.stereotype.Component;

/**
 * Makes a small JPEG of a picture (the first frame of an animated one) or of a video's key frames.
 * As in our previews and unlike the reference, pictures are upright.
 */
@Component
class MediaThumbnailPlugin
    implements Plugin<MediaThumbnailPlugin.Wanted, MediaThumbnailPlugin.Made> {

  private static final String OUTPUT = "output/thumbnail.jpg";

  private final Thumbnails thumbnails;

  MediaThumbnailPlugin(Thumbnails thumbnails) {
    this.thumbnails = thumbnails;
  }

  /**
   * What the caller chooses.
   *
   * @param width in pixels, or null
   * @param height in pixels, or null
   * @param maintainAspectRatio whether a picture keeps its proportions
   */
  record Wanted(
      @Positive
          @JsonPropertyDescription(
              "width in pixels; without width and height the thumbnail is 256 x 256")
          Integer width,
      @Positive @JsonPropertyDescription("height in pixels; nothing is ever enlarged")
          Integer height,
      @JsonProperty(defaultValue = "true")
          @JsonPropertyDescription(
              "whether a picture keeps its proportions, as far as width and height are not both"
                  + " missing")
          boolean maintainAspectRatio) {}

  /**
   * What was made.
   *
   * @param mediaType image or video
   * @param thumbnailPath where it lies in the job's folder
   */
  record Made(MediaKind mediaType, String thumbnailPath) {}

  @Override
  public String taskType() {
    return "media_thumbnail";
  }

  @Override
  public String description() {
    return "Makes a small JPEG of a picture, or of the key frames of a video";
  }

  @Override
  public Class<Wanted> parameters() {
    return Wanted.class;
  }

  @Override
  public Class<Made> output() {
    return Made.class;
  }

  @Override
  public String outputPath(Wanted parameters, String inputName) {
    return OUTPUT;
  }

  @Override
  public Result<Made> run(Wanted wanted, Work work) throws IOException {
    Path file = work.input();
    MediaType type = MediaSniffer.sniff(file);
    ThumbnailSize size =
        new ThumbnailSize(wanted.width(), wanted.height(), wanted.maintainAspectRatio());
    thumbnails.writeJpeg(file, type, size, work.output());
    return new Result<>(new Made(MediaKind.of(file, type), OUTPUT), null);
  }
}
