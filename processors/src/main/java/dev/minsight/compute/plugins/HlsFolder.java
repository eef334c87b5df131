package dev.minsight.compute.plugins;

import dev.minsight.media.VideoSource;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The folder of one stream: a master playlist, the playlists of its variants and their segments.
 * Every file appears complete or not at all, so that it can be played while it grows.
 */
final class HlsFolder {

  static final String MASTER = "adaptive.m3u8";
  static final String ORIGINAL = "adaptive-orig";

  /** Of the bit rate that was asked for: what the encoder's rate control and the container add. */
  private static final double OVERHEAD = 1.1;

  private final Path folder;
  private final VideoSource video;

  HlsFolder(Path folder, VideoSource video) {
    this.folder = folder;
    this.video = video;
  }

  Path path() {
    return folder;
  }

  Path master() {
    return folder.resolve(MASTER);
  }

  boolean has(String playlist) {
    return Files.isRegularFile(folder.resolve(playlist));
  }

  boolean complete(String playlist) throws IOException {
    return HlsPlaylist.complete(folder.resolve(playlist)).isPresent();
  }

  /** Every variant that was made here, also at another time. */
  List<HlsVariant> complete() throws IOException {
    List<HlsVariant> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "adaptive-*.m3u8")) {
      for (Path file : files) {
        Optional<HlsVariant> variant = HlsVariant.ofPlaylist(file.getFileName().toString());
        if (variant.isPresent() && complete(variant.get().playlist())) {
          found.add(variant.get());
        }
      }
    }
    return found;
  }

  /** Removes what an earlier try left of a variant, playlist first. */
  void remove(String stem) throws IOException {
    Files.deleteIfExists(folder.resolve(stem + ".m3u8"));
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(folder, stem + "{-*.ts,-*.ts.tmp,.m3u8.tmp}")) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }

  /**
   * Writes the master playlist, highest variant first.
   *
   * @return number of segments of all its variants
   */
  int writeMaster(Iterable<HlsVariant> variants) throws IOException {
    Set<HlsVariant> all = new HashSet<>();
    variants.forEach(all::add);
    List<HlsVariant> sorted =
        all.stream()
            .sorted(
                Comparator.comparing(HlsVariant::resolution)
                    .thenComparing(HlsVariant::bitrate)
                    .reversed())
            .toList();
    StringBuilder text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:6\n");
    text.append("#EXT-X-INDEPENDENT-SEGMENTS\n");
    int segments = 0;
    for (HlsVariant variant : sorted) {
      Path playlist = folder.resolve(variant.playlist());
      text.append(describe(variant)).append('\n').append(variant.playlist()).append('\n');
      segments += HlsPlaylist.read(playlist).segments().size();
    }
    Path part = folder.resolve(MASTER + ".tmp");
    Files.writeString(part, text);
    Files.move(part, master(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return segments;
  }

  /** Rates are measured where the variant is complete, else what was asked of the encoder. */
  private String describe(HlsVariant variant) throws IOException {
    Optional<HlsPlaylist> whole = HlsPlaylist.complete(folder.resolve(variant.playlist()));
    int sound = video.sound() == null ? 0 : HlsEncoder.SOUND_KBITS;
    long asked = Math.round((variant.bitrate() + sound) * 1000 * OVERHEAD);
    HlsPlaylist.Rate rate =
        whole.isPresent() ? whole.get().rate(folder) : new HlsPlaylist.Rate(asked, asked);
    return String.format(
        Locale.ROOT,
        "#EXT-X-STREAM-INF:BANDWIDTH=%d,AVERAGE-BANDWIDTH=%d,RESOLUTION=%dx%d",
        rate.peak(),
        rate.average(),
        variant.width(video.width(), video.height()),
        variant.height());
  }
}
