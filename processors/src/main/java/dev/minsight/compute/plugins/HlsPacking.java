package dev.minsight.compute.plugins;

import dev.minsight.compute.JobGoneException;
import dev.minsight.media.VideoSource;
import dev.minsight.support.UnprocessableMediaException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one stream in its folder. Variants that are there already stay; what an earlier try left
 * half-done is made anew. Used once, by one thread.
 */
final class HlsPacking {

  private static final Logger LOG = LoggerFactory.getLogger(HlsPacking.class);

  /** Share of the progress that encoding has, percent; packing the original is quick. */
  private static final int ENCODED = 95;

  /** Widest picture the encoders take. */
  private static final int WIDEST = 16_384;

  private final HlsEncoder encoder;
  private final HlsFolder stream;
  private final Path file;
  private final VideoSource video;
  private final IntConsumer percent;
  private boolean playable;

  /**
   * @param stream its folder exists
   * @param file the video
   * @param percent is told of progress; 0 before anything can be played
   */
  HlsPacking(
      HlsEncoder encoder, HlsFolder stream, Path file, VideoSource video, IntConsumer percent) {
    this.encoder = encoder;
    this.stream = stream;
    this.file = file;
    this.video = video;
    this.percent = percent;
  }

  /**
   * Makes what is missing.
   *
   * @return number of segments in the master playlist
   * @throws UnprocessableMediaException if the video cannot be encoded; what this try began is gone
   */
  int variants(List<HlsVariant> wanted) throws IOException {
    List<HlsVariant> there = stream.complete();
    List<HlsVariant> missing = wanted.stream().filter(variant -> !there.contains(variant)).toList();
    missing.forEach(this::requireEncodable);
    begin(there, missing);
    if (!missing.isEmpty()) {
      try {
        encode(there, missing);
      } catch (UnprocessableMediaException e) {
        begin(there, missing); // nobody is to find what will never be complete
        throw e;
      }
    }
    return stream.writeMaster(stream.complete());
  }

  private void requireEncodable(HlsVariant variant) {
    int width = variant.width(video.width(), video.height());
    if (width < HlsVariant.LOWEST || width > WIDEST) {
      throw new UnprocessableMediaException(
          "the video is %d x %d pixels; at a height of %d it would be %d pixels wide, which cannot be encoded"
              .formatted(video.width(), video.height(), variant.height(), width));
    }
  }

  private void begin(List<HlsVariant> there, List<HlsVariant> missing) throws IOException {
    if (there.isEmpty()) {
      Files.deleteIfExists(stream.master());
    } else {
      stream.writeMaster(there);
      playable = true;
    }
    for (HlsVariant variant : missing) {
      stream.remove(variant.stem());
    }
  }

  private void encode(List<HlsVariant> there, List<HlsVariant> missing) throws IOException {
    List<HlsVariant> all = new ArrayList<>(there);
    all.addAll(missing);
    encoder.encode(
        file,
        video,
        stream.path(),
        missing,
        new DoubleConsumer() {
          private boolean begun;

          @Override
          public void accept(double seconds) {
            if (!begun && missing.stream().allMatch(variant -> stream.has(variant.playlist()))) {
              master(all);
              begun = true;
              playable = true;
            }
            tell(seconds);
          }
        });
    // ffmpeg may go on without a folder and say nothing.
    if (!Files.isDirectory(stream.path())) {
      throw HlsEncoder.folderGone(null);
    }
    for (HlsVariant variant : missing) {
      if (!stream.complete(variant.playlist())) {
        throw new UnprocessableMediaException("no frame of the video can be decoded");
      }
    }
  }

  private void master(List<HlsVariant> variants) {
    try {
      stream.writeMaster(variants);
    } catch (IOException e) {
      throw new UncheckedIOException("the playlist of the stream cannot be written", e);
    }
  }

  /**
   * Said even when nothing is new: the answer may be that the job is not ours any more. Any other
   * trouble, a busy database for example, must not cost what is encoded so far.
   */
  private void tell(double seconds) {
    int done = video.seconds() > 0 ? (int) (ENCODED * seconds / video.seconds()) : 0;
    try {
      percent.accept(playable ? Math.max(1, Math.min(ENCODED, done)) : 0);
    } catch (JobGoneException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.warn("How far a stream is could not be told: {}", e.toString());
    }
  }

  /**
   * Packs the video as it is, which no player is led to: who wants it knows its name.
   *
   * @return whether it is there; not every video can be packed unchanged
   */
  boolean original() throws IOException {
    String stem = HlsFolder.ORIGINAL;
    if (stream.complete(stem + ".m3u8")) {
      return true;
    }
    stream.remove(stem);
    if (!HlsEncoder.copies(video)) {
      LOG.info("A video of {} is streamed in variants only", video.picture().codec());
      return false;
    }
    try {
      encoder.copy(file, video, stream.path(), stem, seconds -> tell(video.seconds()));
    } catch (UnprocessableMediaException e) {
      LOG.info("A video cannot be streamed as it is, but in variants: {}", e.getMessage());
    }
    if (stream.complete(stem + ".m3u8")) {
      return true;
    }
    stream.remove(stem);
    return false;
  }
}
