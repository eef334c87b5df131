package dev.minsight.compute.plugins;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A media playlist (RFC 8216 section 4.3) as it lies on disk.
 *
 * @param segments in their order
 * @param ended whether no more will come
 */
record HlsPlaylist(List<Segment> segments, boolean ended) {

  private static final String DURATION = "#EXTINF:";

  /**
   * A piece of the video.
   *
   * @param file name of its file, in the folder of the playlist
   * @param seconds how long it is
   */
  record Segment(String file, double seconds) {}

  /** Bits per second. */
  record Rate(long peak, long average) {}

  /** Reads a playlist; what is none has no segments and no end. */
  static HlsPlaylist read(Path file) throws IOException {
    List<Segment> segments = new ArrayList<>();
    boolean ended = false;
    double seconds = 0;
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith(DURATION)) {
        seconds = seconds(line);
      } else if (line.equals("#EXT-X-ENDLIST")) {
        ended = true;
      } else if (!line.isBlank() && !line.startsWith("#")) {
        segments.add(new Segment(line.strip(), seconds));
      }
    }
    return new HlsPlaylist(List.copyOf(segments), ended);
  }

  private static double seconds(String line) {
    try {
      return Double.parseDouble(line.substring(DURATION.length()).split(",", 2)[0]);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** The playlist, if it has ended and every segment of it is there. */
  static Optional<HlsPlaylist> complete(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    HlsPlaylist playlist = read(file);
    boolean whole =
        playlist.ended
            && !playlist.segments.isEmpty()
            && playlist.segments.stream()
                .map(segment -> file.resolveSibling(segment.file()))
                .allMatch(Files::isRegularFile);
    return whole ? Optional.of(playlist) : Optional.empty();
  }

  /**
   * What a player needs to receive. Segments of less than half the longest do not make the peak
   * (RFC 8216 section 4.1): the last one may be a single picture.
   */
  Rate rate(Path folder) throws IOException {
    double longest = segments.stream().mapToDouble(Segment::seconds).max().orElse(0);
    double bits = 0;
    double seconds = 0;
    double peak = 0;
    for (Segment segment : segments) {
      double here = 8.0 * Files.size(folder.resolve(segment.file()));
      bits += here;
      seconds += segment.seconds();
      if (segment.seconds() > 0 && segment.seconds() >= longest / 2) {
        peak = Math.max(peak, here / segment.seconds());
      }
    }
    return new Rate((long) Math.ceil(peak), seconds > 0 ? (long) (bits / seconds) : 0);
  }
}
