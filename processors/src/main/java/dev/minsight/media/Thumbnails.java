package dev.minsight.media;

import dev.minsight.support.RetryableException;
import dev.minsight.support.UnprocessableMediaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Makes previews (PNG, 256 pixels wide) and thumbnails of any size (JPEG). */
public final class Thumbnails {

  /** Width of every preview, in pixels, unless the picture is smaller. */
  public static final int WIDTH = 256;

  /** Tiles of a video preview along each side. */
  private static final int GRID = 4;

  /** Longest side of a sheet of frames, in pixels: ffmpeg holds it whole. */
  private static final int MAX_SHEET = 8192;

  /** On libjpeg's scale: hardly to be told from the original, at a fifth of the size of 100. */
  private static final int JPEG_QUALITY = 85;

  /** Videos longer than this show their beginning: looking through all of them takes too long. */
  private static final double SPREAD_SECONDS = 900;

  private final ImageDecoder decoder;
  private final Ffmpeg ffmpeg;

  /**
   * @param decoder for pictures
   * @param ffmpeg for videos
   */
  public Thumbnails(ImageDecoder decoder, Ffmpeg ffmpeg) {
    this.decoder = decoder;
    this.ffmpeg = ffmpeg;
  }

  /**
   * Makes the preview of a file: a picture upright, reduced to 256 pixels of width (never
   * enlarged); of a video its key frames in a grid of 4 by 4, as wide.
   *
   * @param source the file
   * @param type what {@link MediaSniffer} made of it
   * @param targetPng where; appears complete or not at all
   * @return whether a preview was made; false for kinds that have none
   * @throws UnprocessableMediaException if the file is damaged
   * @throws RetryableException if a file cannot be read or written, or ffmpeg is missing
   */
  public boolean write(Path source, MediaType type, Path targetPng) {
    try {
      if (type.isImage()) {
        Png.write(reduced(source, type), targetPng);
        return true;
      }
      if (type.isVideo()) {
        video(source, type, targetPng);
        return true;
      }
      return false;
    } catch (IOException e) {
      throw new RetryableException("the preview could not be written: " + e.getMessage(), e);
    }
  }

  /**
   * Makes a thumbnail as JPEG: of a picture, upright and on white where it is transparent; of a
   * video, a sheet of 4 by 4 of its key frames.
   *
   * @param source the file
   * @param type what {@link MediaSniffer} made of it
   * @param size how large
   * @param targetJpeg where; appears complete or not at all
   * @throws UnprocessableMediaException if the file is neither, or damaged
   * @throws RetryableException if the source cannot be read, or ffmpeg is missing
   * @throws IOException if the thumbnail cannot be written
   */
  public void writeJpeg(Path source, MediaType type, ThumbnailSize size, Path targetJpeg)
      throws IOException {
    if (type.isImage()) {
      PictureHeader header = decoder.checkedHeader(source, type);
      ThumbnailSize.Sides sides = size.ofPicture(header.uprightWidth(), header.uprightHeight());
      RgbImage image = reduced(source, type, header, sides.width(), sides.height());
      ImageEncoder.write(image, ImageFormat.JPEG, JPEG_QUALITY, targetJpeg);
    } else if (type.isVideo()) {
      sheet(source, type, size, targetJpeg);
    } else {
      throw new UnprocessableMediaException("Unsupported media type: " + type.mime());
    }
  }

  private RgbImage reduced(Path source, MediaType type) {
    PictureHeader header = decoder.checkedHeader(source, type);
    int width = Math.min(WIDTH, header.uprightWidth());
    long height = Math.round((double) header.uprightHeight() * width / header.uprightWidth());
    return reduced(source, type, header, width, (int) Math.max(1, height));
  }

  private RgbImage reduced(
      Path source, MediaType type, PictureHeader header, int width, int height) {
    // Twice the final size leaves the filter something to average.
    double share =
        Math.max(2.0 * width / header.uprightWidth(), 2.0 * height / header.uprightHeight());
    double longSide = Math.ceil(share * Math.max(header.width(), header.height()));
    RgbImage image =
        decoder.decode(source, type, (int) Math.min(longSide, Integer.MAX_VALUE)).image();
    return Resampling.resize(image, width, height, Resampling.Filter.LANCZOS);
  }

  private void video(Path source, MediaType type, Path targetPng) throws IOException {
    MediaFacts facts = moving(source, type);
    int tile = WIDTH / GRID;
    String tiles = String.format(Locale.ROOT, "scale=%d:-2,tile=%dx%d", tile, GRID, GRID);
    keyFrames(source, facts, tiles, List.of("-c:v", "png"), targetPng);
  }

  private void sheet(Path source, MediaType type, ThumbnailSize size, Path targetJpeg)
      throws IOException {
    MediaFacts facts = moving(source, type);
    double reduction =
        Math.min(1.0, (double) MAX_SHEET / GRID / Math.max(facts.width(), facts.height()));
    ThumbnailSize.Sides sides =
        size.ofSheet(
            (int) Math.max(1, facts.width() * GRID * reduction),
            (int) Math.max(1, facts.height() * GRID * reduction));
    String filter =
        String.format(
            Locale.ROOT,
            "scale=%d:%d,tile=%dx%d,scale=%d:%d,format=yuvj420p",
            tile(sides.width()),
            tile(sides.height()),
            GRID,
            GRID,
            sides.width(),
            sides.height());
    keyFrames(source, facts, filter, List.of("-c:v", "mjpeg", "-q:v", "3"), targetJpeg);
  }

  /** As large as it takes; the sheet is then brought to its exact size. */
  private static int tile(int side) {
    return (side + GRID - 1) / GRID;
  }

  private MediaFacts moving(Path source, MediaType type) {
    MediaFacts facts = VideoFacts.probe(ffmpeg, source, type);
    if (facts.width() == null || facts.height() == null) {
      throw new UnprocessableMediaException("the file has no moving picture to show");
    }
    return facts;
  }

  private void keyFrames(
      Path source, MediaFacts facts, String filter, List<String> codec, Path target)
      throws IOException {
    Parts.make(
        target,
        part -> {
          List<String> arguments = new ArrayList<>(List.of("-skip_frame", "nokey"));
          arguments.addAll(Ffmpeg.input(source));
          arguments.addAll(
              List.of("-an", "-sn", "-dn", "-vf", spread(facts.durationSeconds()) + filter));
          arguments.addAll(List.of("-frames:v", "1"));
          arguments.addAll(codec);
          arguments.addAll(List.of("-f", "image2pipe", "file:" + part));
          ffmpeg.run(arguments);
          if (!Files.exists(part) || Files.size(part) == 0) {
            throw new UnprocessableMediaException("no key frame of the video can be read");
          }
        });
  }

  /** Key frames evenly spread over the video, where that is affordable. */
  private static String spread(Double seconds) {
    return seconds == null || seconds > SPREAD_SECONDS
        ? ""
        : String.format(
            Locale.ROOT,
            "select='isnan(prev_selected_t)+gte(t-prev_selected_t,%.3f)',",
            seconds / (GRID * GRID) * 0.95);
  }
}
