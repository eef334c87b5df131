package dev.minsight.media;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.support.UnprocessableMediaException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Shows a video by some of its key frames: those that need no other to be decoded. Each is sought
 * by itself, so a film of two hours costs no more than a clip.
 */
public final class KeyFrames {

  /** As many packets are looked at behind each place; the next key frame is rarely further. */
  private static final int PACKETS = 150;

  private final Ffmpeg ffmpeg;
  private final Guard guard;

  /**
   * @param ffmpeg decodes
   * @param limits videos beyond them are refused
   */
  public KeyFrames(Ffmpeg ffmpeg, MediaLimits limits) {
    this.ffmpeg = ffmpeg;
    this.guard = new Guard(limits);
  }

  /**
   * One frame.
   *
   * @param timeMs when it is shown, ms since the beginning of the video
   * @param image upright
   */
  public record Frame(long timeMs, RgbImage image) {}

  /**
   * Chooses frames evenly spread over a video.
   *
   * @param file the video
   * @param intervalMs least time between two, ms; where that would be too many, more
   * @param most frames, at least 1
   * @return their times, ascending, at least one
   * @throws UnprocessableMediaException if the file has no moving picture that can be read
   * @throws dev.minsight.support.RetryableException if there is no ffmpeg
   */
  public List<Long> times(Path file, long intervalMs, int most) {
    JsonNode format = VideoFacts.read(ffmpeg.probe(List.of("-show_format"), file)).path("format");
    double begin = format.path("start_time").asDouble(0);
    double seconds = Math.max(0, format.path("duration").asDouble(0));
    int number = (int) Math.max(1, Math.min(most, Math.ceil(seconds * 1000 / intervalMs)));
    List<Double> places = places(begin, seconds, number);
    TreeSet<Double> keys = new TreeSet<>();
    for (JsonNode packet : packets(file, places)) {
      if (packet.path("flags").asText().contains("K")) {
        keys.add(packet.path("pts_time").asDouble(packet.path("dts_time").asDouble(begin)));
      }
    }
    TreeSet<Long> times = new TreeSet<>();
    for (double place : places) {
      Double before = keys.floor(place);
      Double key = before == null ? keys.ceiling(place) : before;
      times.add(key == null ? 0 : Math.max(0, (long) Math.floor((key - begin) * 1000)));
    }
    return List.copyOf(times);
  }

  /** The middles of as many parts: the first frame of a video is often black. */
  private static List<Double> places(double begin, double seconds, int number) {
    return IntStream.range(0, number)
        .mapToObj(i -> begin + seconds * (2 * i + 1) / (2 * number))
        .toList();
  }

  /**
   * What comes behind each place, beginning with the key frame before it where the file can seek.
   */
  private JsonNode packets(Path file, List<Double> places) {
    String intervals =
        places.stream()
            .map(place -> String.format(Locale.ROOT, "%.3f%%+#%d", place, PACKETS))
            .collect(Collectors.joining(","));
    List<String> wanted =
        List.of(
            "-select_streams",
            "v:0",
            "-show_entries",
            "packet=pts_time,dts_time,flags",
            "-read_intervals",
            intervals);
    return VideoFacts.read(ffmpeg.probe(wanted, file)).path("packets");
  }

  /**
   * Decodes frames.
   *
   * @param file the video
   * @param times as {@link #times} chose them
   * @param longSide the frames are reduced to this long side, pixels
   * @return those that can be decoded, at least one
   * @throws UnprocessableMediaException if none can
   * @throws dev.minsight.support.RetryableException if there is no ffmpeg
   */
  public List<Frame> read(Path file, List<Long> times, int longSide) {
    VideoSource video = VideoSource.probe(ffmpeg, file);
    guard.check(file, video);
    double scale = Math.min(1.0, (double) longSide / Math.max(video.width(), video.height()));
    int width = (int) Math.max(1, Math.round(video.width() * scale));
    int height = (int) Math.max(1, Math.round(video.height() * scale));
    List<Frame> frames = new ArrayList<>();
    UnprocessableMediaException failure = null;
    for (long time : times) {
      try {
        frames.add(new Frame(time, read(file, time, width, height)));
      } catch (UnprocessableMediaException e) {
        failure = e; // a video that ends early shows what it has
      }
    }
    if (frames.isEmpty()) {
      throw new UnprocessableMediaException("no key frame of the video can be read", failure);
    }
    return frames;
  }

  private RgbImage read(Path file, long time, int width, int height) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-skip_frame", "nokey", "-ss", String.format(Locale.ROOT, "%.3f", time / 1000.0)));
    arguments.addAll(Ffmpeg.input(file));
    arguments.addAll(List.of("-map", "0:v:0", "-frames:v", "1"));
    arguments.addAll(List.of("-vf", "scale=" + width + ":" + height));
    arguments.addAll(List.of("-pix_fmt", "rgb24", "-f", "rawvideo", "pipe:1"));
    byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)];
    ffmpeg.stream(arguments, out -> fill(rgb, out));
    return new RgbImage(width, height, rgb);
  }

  private static void fill(byte[] rgb, InputStream out) throws IOException {
    int read = out.readNBytes(rgb, 0, rgb.length);
    if (read < rgb.length) {
      throw new IOException("the frame ended after " + read + " of " + rgb.length + " bytes");
    }
  }
}
