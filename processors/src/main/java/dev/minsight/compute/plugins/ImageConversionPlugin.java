package dev.minsight.compute.plugins;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.minsight.compute.Plugin;
import dev.minsight.compute.Work;
import dev.minsight.media.ImageConverter;
import dev.minsight.media.ImageDecoder;
import dev.minsight.media.ImageFormat;
import dev.minsight.media.MediaLimits;
import dev.minsight.media.MediaSniffer;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.springframework.stereotype.Component;

/**
 * Converts a picture to another format; see {@link ImageConverter} for what becomes of orientation,
 * colours and transparency.
 */
@Component
class ImageConversionPlugin
    implements Plugin<ImageConversionPlugin.Wanted, ImageConversionPlugin.Made> {

  /** So many bytes of the input's name are kept, that the output's name fits any file system. */
  private static final int MAX_STEM = 200;

  private final ImageConverter converter;

  ImageConversionPlugin(ImageDecoder decoder, MediaLimits limits) {
    this.converter = new ImageConverter(decoder, limits);
  }

  /** The formats by their names on the wire. */
  enum Format {
    /** Lossless. */
    @JsonProperty("png")
    PNG(ImageFormat.PNG),
    /** For photos. */
    @JsonProperty("jpg")
    JPG(ImageFormat.JPEG),
    /** The same. */
    @JsonProperty("jpeg")
    JPEG(ImageFormat.JPEG),
    /** For photos, with transparency. */
    @JsonProperty("webp")
    WEBP(ImageFormat.WEBP),
    /** 256 colours. */
    @JsonProperty("gif")
    GIF(ImageFormat.GIF),
    /** Uncompressed. */
    @JsonProperty("bmp")
    BMP(ImageFormat.BMP),
    /** Lossless. */
    @JsonProperty("tiff")
    TIFF(ImageFormat.TIFF);

    private final ImageFormat format;

    Format(ImageFormat format) {
      this.format = format;
    }
  }

  /**
   * What the caller chooses.
   *
   * @param format to convert to
   * @param quality of JPEG and WebP
   */
  record Wanted(
      @NotNull @JsonPropertyDescription("format to convert to") Format format,
      @JsonProperty(defaultValue = "85")
          @JsonPropertyDescription("quality of JPEG and WebP; other formats are lossless")
          @Min(1)
          @Max(100)
          int quality) {}

  /**
   * What was made.
   *
   * @param outputPath where it lies in the job's folder
   */
  record Made(String outputPath) {}

  @Override
  public String taskType() {
    return "image_conversion";
  }

  @Override
  public String description() {
    return "Converts a picture to another format, upright and in sRGB colours";
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
    return "output/converted_" + stem(inputName) + "." + parameters.format().format.extension();
  }

  @Override
  public Result<Made> run(Wanted wanted, Work work) throws IOException {
    Path source = work.input();
    Path target = work.output();
    converter.convert(
        source, MediaSniffer.sniff(source), wanted.format().format, wanted.quality(), target);
    String path = work.folder().relativize(target).toString().replace('\\', '/');
    return new Result<>(new Made(path), null);
  }

  /** The last part of a path without its last ending; a name that begins with its dot keeps it. */
  private static String stem(String inputName) {
    int folder = Math.max(inputName.lastIndexOf('/'), inputName.lastIndexOf('\\'));
    String name = inputName.substring(folder + 1).replaceAll("\\p{Cntrl}", "");
    int dot = name.lastIndexOf('.');
    String stem = dot > 0 ? name.substring(0, dot) : name;
    while (stem.getBytes(StandardCharsets.UTF_8).length > MAX_STEM) {
      stem = stem.substring(0, stem.offsetByCodePoints(stem.length(), -1));
    }
    return stem.isEmpty() ? "image" : stem;
  }
}
