package dev.minsight.compute.plugins;

import dev.minsight.compute.Parameters;
import dev.minsight.compute.Work;
import dev.minsight.media.DecodedImage;
import dev.minsight.media.Guard;
import dev.minsight.media.MediaLimits;
import dev.minsight.support.MinsightProperties;
import dev.minsight.support.UnprocessableMediaException;
import dev.minsight.testing.TestSettings;
import dev.minsight.testing.Videos;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntConsumer;

/** One job of the plugin, without a queue: as the worker runs it. */
final class HlsRun implements Work {

  private final MinsightProperties settings;
  private final Path upload;
  final HlsStreamingPlugin plugin;
  final List<Integer> told = new CopyOnWriteArrayList<>();
  private IntConsumer listener = percent -> {};

  /**
   * @param upload or null for a job by paths
   */
  HlsRun(Path home, Path upload) {
    this(TestSettings.at(home), upload);
  }

  HlsRun(MinsightProperties settings, Path upload) {
    this.settings = settings;
    this.upload = upload;
    this.plugin =
        new HlsStreamingPlugin(Videos.FFMPEG, new Guard(MediaLimits.defaults()), settings);
  }

  /** Is told of progress on the worker's thread. */
  HlsRun telling(IntConsumer listener) {
    this.listener = listener;
    return this;
  }

  static HlsStreamingPlugin.Wanted wanted(Map<String, ?> form) {
    return Parameters.of(HlsStreamingPlugin.Wanted.class).read(form);
  }

  HlsStreamingPlugin.Found run(Map<String, ?> form) throws IOException {
    return plugin.run(wanted(form), this).output();
  }

  @Override
  public Path folder() {
    return settings.home().resolve("compute/jobs/7");
  }

  @Override
  public List<Path> inputs() {
    return List.of(upload);
  }

  @Override
  public boolean ofPhoto() {
    return false;
  }

  @Override
  public Path output() {
    Path output = folder().resolve("output");
    try {
      Files.createDirectories(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return output;
  }

  @Override
  public DecodedImage picture(int minLongSide) {
    throw new UnsupportedOperationException("a video is no picture");
  }

  @Override
  public Path media(String path) {
    Path media = settings.home().resolve("media");
    Path file = media.resolve(path).normalize();
    if (!file.startsWith(media)) {
      throw new UnprocessableMediaException("the path leaves the media folder");
    }
    return file;
  }

  @Override
  public void progress(int percent) {
    told.add(percent);
    listener.accept(percent);
  }
}
