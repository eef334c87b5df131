package dev.minsight.media;

import dev.minsight.support.RetryableException;
import dev.minsight.support.UnprocessableMediaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** Makes previews: PNG, 256 pixels wide. */
public final class Thumbnails {

  /** Width of every preview, in pixels, unless the picture is smaller. */
  public static final int WIDTH = 256;

  /** Tiles of a video preview along each side. */
  private static final int GRID = 4;

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

  private RgbImage reduced(Path source, MediaType type) {
    PictureHeader header = decoder.checkedHeader(source, type);
    int width = Math.min(WIDTH, header.uprightWidth());
    // Twice the final size leaves the filter something to average.
    long longSide =
        2L * width * Math.max(header.width(), header.height()) / header.uprightWidth() + 1;
    RgbImage image =
        decoder.decode(source, type, (int) Math.min(longSide, Integer.MAX_VALUE)).image();
    long height = Math.round((double) header.uprightHeight() * width / header.uprightWidth());
    int high = (int) Math.max(1, height);
    return image.width() == width && image.height() == high
        ? image
        : Resampling.resize(image, width, high, Resampling.Filter.LANCZOS);
  }

  private void video(Path source, MediaType type, Path targetPng) throws IOException {
    MediaFacts facts = VideoFacts.probe(ffmpeg, source, type);
    if (facts.width() == null) {
      throw new UnprocessableMediaException("the file has no moving picture to show");
    }
    Path folder = Files.createDirectories(targetPng.toAbsolutePath().getParent());
    Path part = folder.resolve("." + UUID.randomUUID() + ".part");
    try {
      List<String> arguments = new ArrayList<>(List.of("-skip_frame", "nokey"));
      arguments.addAll(Ffmpeg.input(source));
      arguments.addAll(List.of("-an", "-sn", "-dn", "-vf", filter(facts.durationSeconds())));
      arguments.addAll(List.of("-frames:v", "1", "-c:v", "png", "-f", "image2pipe"));
      arguments.add("file:" + part);
      ffmpeg.run(arguments);
      if (!Files.exists(part) || Files.size(part) == 0) {
        throw new UnprocessableMediaException("no key frame of the video can be read");
      }
      Files.move(
          part, targetPng, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** Key frames evenly spread over the video, where that is affordable. */
  private static String filter(Double seconds) {
    int tile = WIDTH / GRID;
    String tiles = String.format(Locale.ROOT, "scale=%d:-2,tile=%dx%d", tile, GRID, GRID);
    if (seconds == null || seconds > SPREAD_SECONDS) {
      return tiles;
    }
    return String.format(
        Locale.ROOT,
        "select='isnan(prev_selected_t)+gte(t-prev_selected_t,%.3f)',%s",
        seconds / (GRID * GRID) * 0.95,
        tiles);
  }
}
