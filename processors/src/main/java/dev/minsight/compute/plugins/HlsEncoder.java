package dev.minsight.compute.plugins;

import dev.minsight.media.Ffmpeg;
import dev.minsight.media.TimeLimit;
import dev.minsight.media.VideoSource;
import dev.minsight.support.RetryableException;
import dev.minsight.support.UnprocessableMediaException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleConsumer;

/**
 * Has ffmpeg write the variants of a stream: decoded once, encoded in one run, each a growing
 * playlist (EVENT, ended by ENDLIST) with segments of two seconds.
 *
 * <p>H.264 by x264 where the ffmpeg in use has it, which compresses best; else by Cisco's OpenH264,
 * which the LGPL build has that we carry; else by Apple's own. A key frame comes after 60 frames at
 * the latest, and every two seconds, so that the segments of all variants begin at the same times
 * whatever the frame rate. x264 adds none at changes of scene; OpenH264 may, where they do no harm:
 * segments still end at the two seconds.
 *
 * <p>The frame rate is made constant: the muxer wants it so, and where a phone's frames come
 * irregularly the clock of the file would else be taken for a rate of thousands a second.
 */
final class HlsEncoder {

  /** Bit rate of the sound, kbit/s. */
  static final int SOUND_KBITS = 128;

  /**
   * What an MPEG transport stream carries so that players know it (ISO 13818-1, ETSI TS 101154).
   */
  private static final Set<String> PICTURES = Set.of("h264", "hevc", "mpeg2video");

  private static final Set<String> SOUNDS = Set.of("aac", "mp3", "mp2", "ac3", "eac3");

  private final Ffmpeg ffmpeg;
  private final TimeLimit limit;

  HlsEncoder(Ffmpeg ffmpeg, TimeLimit limit) {
    this.ffmpeg = ffmpeg;
    this.limit = limit;
  }

  /**
   * Encodes variants.
   *
   * @param file the video
   * @param video what it says of itself
   * @param folder where playlists and segments go
   * @param seconds is told several times a second how far it is
   * @throws UnprocessableMediaException if the video cannot be encoded
   * @throws RetryableException if the folder is gone or full, or the thread is interrupted
   */
  void encode(
      Path file,
      VideoSource video,
      Path folder,
      List<HlsVariant> variants,
      DoubleConsumer seconds) {
    List<String> codec = codec();
    List<String> arguments = begin(file);
    arguments.addAll(List.of("-filter_complex", filters(video, variants)));
    for (int i = 0; i < variants.size(); i++) {
      HlsVariant variant = variants.get(i);
      String rate = variant.bitrate() + "k";
      arguments.addAll(List.of("-map", "[v" + i + "]"));
      arguments.addAll(codec);
      arguments.addAll(List.of("-b:v", rate, "-maxrate", rate, "-bufsize", rate));
      arguments.addAll(List.of("-g", "60", "-force_key_frames", "expr:gte(t,n_forced*2)"));
      arguments.addAll(List.of("-r", video.frameRate(), "-fps_mode", "cfr"));
      if (video.sound() != null) {
        arguments.addAll(List.of("-map", "0:" + video.sound().index()));
        arguments.addAll(sound());
      }
      arguments.addAll(output(variant.stem()));
    }
    run(arguments, folder, seconds);
  }

  /**
   * @return whether the video can be streamed as it is
   */
  static boolean copies(VideoSource video) {
    return PICTURES.contains(video.picture().codec());
  }

  /** Packs the video as it is; only a sound that players would not know is encoded. */
  void copy(Path file, VideoSource video, Path folder, String stem, DoubleConsumer seconds) {
    List<String> arguments = begin(file);
    arguments.addAll(List.of("-map", "0:" + video.picture().index(), "-c:v", "copy"));
    if (video.sound() != null) {
      arguments.addAll(List.of("-map", "0:" + video.sound().index()));
      arguments.addAll(SOUNDS.contains(video.sound().codec()) ? List.of("-c:a", "copy") : sound());
    }
    arguments.addAll(output(stem));
    run(arguments, folder, seconds);
  }

  private static List<String> begin(Path file) {
    List<String> arguments =
        new ArrayList<>(List.of("-nostats", "-stats_period", "0.3", "-progress", "pipe:1"));
    arguments.addAll(Ffmpeg.input(file));
    return arguments;
  }

  /** The picture, upright, once for each variant. */
  private static String filters(VideoSource video, List<HlsVariant> variants) {
    StringBuilder graph = new StringBuilder();
    graph.append("[0:").append(video.picture().index()).append("]split=").append(variants.size());
    for (int i = 0; i < variants.size(); i++) {
      graph.append("[s").append(i).append(']');
    }
    for (int i = 0; i < variants.size(); i++) {
      graph.append(";[s").append(i).append("]scale=-2:").append(variants.get(i).height());
      graph.append(",format=yuv420p[v").append(i).append(']');
    }
    return graph.toString();
  }

  private List<String> codec() {
    Set<String> known = ffmpeg.encoders();
    if (known.contains("libx264")) {
      return List.of(
          "-c:v", "libx264", "-preset", "veryfast", "-keyint_min", "60", "-sc_threshold", "0");
    }
    if (known.contains("libopenh264")) {
      return List.of("-c:v", "libopenh264", "-rc_mode", "bitrate");
    }
    if (known.contains("h264_videotoolbox")) {
      return List.of("-c:v", "h264_videotoolbox", "-allow_sw", "1");
    }
    throw new RetryableException(
        "the ffmpeg in use cannot write H.264; install one that has libx264 or libopenh264");
  }

  private static List<String> sound() {
    return List.of("-c:a", "aac", "-b:a", SOUND_KBITS + "k", "-ac", "2");
  }

  private static List<String> output(String stem) {
    return List.of(
        // Places and names in a video's metadata are not for everybody who may watch it.
        "-map_metadata",
        "-1",
        "-f",
        "hls",
        "-hls_time",
        "2",
        "-hls_list_size",
        "0",
        "-hls_playlist_type",
        "event",
        "-hls_flags",
        "temp_file+independent_segments",
        "-hls_segment_filename",
        stem + "-%03d.ts",
        stem + ".m3u8");
  }

  private void run(List<String> arguments, Path folder, DoubleConsumer seconds) {
    try {
      ffmpeg.follow(arguments, folder, limit, new EncodingProgress(seconds));
    } catch (UnprocessableMediaException e) {
      if (!Files.isDirectory(folder)) {
        throw folderGone(e);
      }
      if (e.getMessage().contains("No space left") || e.getMessage().contains("quota exceeded")) {
        throw new RetryableException("the disk of the stream is full", e);
      }
      throw e;
    }
  }

  static RetryableException folderGone(Throwable cause) {
    return new RetryableException("the folder of the stream was removed meanwhile", cause);
  }
}
