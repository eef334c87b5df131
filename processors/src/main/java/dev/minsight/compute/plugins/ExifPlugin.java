package dev.minsight.compute.plugins;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.minsight.compute.Parameters;
import dev.minsight.compute.Plugin;
import dev.minsight.compute.Work;
import dev.minsight.media.Ffmpeg;
import dev.minsight.media.MediaLimits;
import dev.minsight.media.MediaSniffer;
import dev.minsight.media.MetadataReader;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Lists what a file says about itself, as {@code exiftool -G -n -j} does, or with tags named {@code
 * exiftool -n -j -<tag>}. Any bytes have a result: what says nothing has empty fields.
 */
@Component
class ExifPlugin implements Plugin<ExifPlugin.Wanted, ExifPlugin.Found> {

  /** Indented by two, as Python's {@code json} does it. */
  private static final ObjectWriter JSON =
      new ObjectMapper()
          .writer(
              new DefaultPrettyPrinter(
                      Separators.createDefaultInstance()
                          .withObjectFieldValueSpacing(Separators.Spacing.AFTER))
                  .withObjectIndenter(new DefaultIndenter("  ", "\n")));

  private final MetadataReader reader;

  ExifPlugin(MediaLimits limits, Ffmpeg ffmpeg) {
    this.reader = new MetadataReader(limits, ffmpeg);
  }

  /**
   * What the caller chooses.
   *
   * @param tags names of tags, with or without their group, in any case; empty for all
   */
  record Wanted(
      @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
          @JsonPropertyDescription(
              "names of the tags to show, separated by commas; empty for all of them")
          @Size(max = 500)
          List<String> tags) {

    /** Takes a list with commas apart. */
    Wanted {
      tags =
          tags == null
              ? List.of()
              : tags.stream()
                  .flatMap(some -> Arrays.stream(some.split(",")))
                  .map(String::strip)
                  .filter(tag -> !tag.isEmpty())
                  .toList();
    }
  }

  /**
   * What is found; each is null if the file does not say.
   *
   * @param make maker of the camera
   * @param model of the camera
   * @param dateTimeOriginal when the picture was taken, {@code 2008:10:22 16:28:39}
   * @param createDate when it was digitised, or the film made
   * @param imageWidth as stored, pixels
   * @param imageHeight as stored, pixels
   * @param orientation 1 to 8
   * @param iso sensitivity
   * @param fNumber aperture
   * @param exposureTime in seconds, a decimal number as text
   * @param focalLength in millimetres
   * @param gpsLatitude degrees, north positive
   * @param gpsLongitude degrees, east positive
   * @param gpsAltitude metres above the sea
   * @param software that wrote the file
   * @param rawMetadata all tags, by {@code Group:Tag}; those asked for, by {@code Tag}
   * @param metadata the same
   */
  record Found(
      String make,
      String model,
      String dateTimeOriginal,
      String createDate,
      Integer imageWidth,
      Integer imageHeight,
      Integer orientation,
      Integer iso,
      Double fNumber,
      String exposureTime,
      Double focalLength,
      Double gpsLatitude,
      Double gpsLongitude,
      Double gpsAltitude,
      String software,
      Map<String, Object> rawMetadata,
      Map<String, Object> metadata) {

    static Found of(Map<String, Object> tags) {
      TypedTags typed = new TypedTags(tags);
      return new Found(
          typed.text("Make"),
          typed.text("Model"),
          typed.text("DateTimeOriginal"),
          typed.text("CreateDate"),
          typed.whole("ImageWidth"),
          typed.whole("ImageHeight"),
          typed.whole("Orientation"),
          typed.whole("ISO"),
          typed.number("FNumber"),
          typed.text("ExposureTime"),
          typed.number("FocalLength"),
          typed.number("GPSLatitude"),
          typed.number("GPSLongitude"),
          typed.number("GPSAltitude"),
          typed.text("Software"),
          tags,
          tags);
    }
  }

  @Override
  public String taskType() {
    return "exif";
  }

  @Override
  public String description() {
    return "Lists what a file says about itself: camera, time, place and all other tags";
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
  public String outputPath(Wanted parameters, String inputName) {
    return "output/exif_metadata.json";
  }

  @Override
  public Result<Found> run(Wanted wanted, Work work) throws IOException {
    Path file = work.input();
    Map<String, Object> tags = reader.read(file, MediaSniffer.sniff(file));
    Found found = Found.of(wanted.tags().isEmpty() ? tags : chosen(tags, wanted.tags()));
    JSON.writeValue(work.output().toFile(), Parameters.write(found));
    return new Result<>(found, null);
  }

  /** Those asked for; of one name, what several tags together say goes before what one says. */
  private static Map<String, Object> chosen(Map<String, Object> tags, List<String> names) {
    Map<String, Object> chosen = new LinkedHashMap<>();
    for (String name : names) {
      tags.forEach(
          (key, value) -> {
            String bare = key.substring(key.indexOf(':') + 1);
            if (key.equalsIgnoreCase(name) || bare.equalsIgnoreCase(name)) {
              if (key.startsWith("Composite:")) {
                chosen.put(bare, value);
              } else {
                chosen.putIfAbsent(bare, value);
              }
            }
          });
    }
    return chosen;
  }
}
