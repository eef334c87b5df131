package dev.minsight.bench;

import dev.minsight.compute.Parameters;
import dev.minsight.compute.Plugin;
import dev.minsight.media.DecodedImage;
import dev.minsight.media.ImageDecoder;
import dev.minsight.media.MediaSniffer;
import dev.minsight.ml.VisionModels;
import dev.minsight.support.MinsightProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;

/**
 * What the plugins alone need: their {@code run} on as many threads as the server's workers, in a
 * JVM of its own with the server's settings. Wired as in the server, with nothing around it: no
 * engine, no database, no HTTP, no messages. Each run has a folder of its own.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(MinsightProperties.class)
@ComponentScan("dev.minsight.compute.plugins")
@ComponentScan(
    basePackages = "dev.minsight.app",
    useDefaultFilters = false,
    includeFilters =
        @ComponentScan.Filter(type = FilterType.REGEX, pattern = ".*\\.(MediaTools|ModelTools)"))
class BarePlugins {

  private final List<Plugin<?, ?>> plugins;
  private final ImageDecoder decoder;
  private final VisionModels models;

  BarePlugins(List<Plugin<?, ?>> plugins, ImageDecoder decoder, VisionModels models) {
    this.plugins = plugins;
    this.decoder = decoder;
    this.models = models;
  }

  /**
   * Runs in the child.
   *
   * @param args home with the models, folder of the inputs, folder for the outputs, jobs to warm up
   *     with, jobs to measure, threads, file for the results, plugins with commas between
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path inputs = Path.of(args[1]);
    Path outputs = Path.of(args[2]);
    int warmUp = Integer.parseInt(args[3]);
    int count = Integer.parseInt(args[4]);
    int threads = Integer.parseInt(args[5]);
    Properties results = new Properties();
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(BarePlugins.class)
            .web(WebApplicationType.NONE)
            .run("--minsight.home=" + args[0])) {
      BarePlugins bare = context.getBean(BarePlugins.class);
      bare.models.warmUp();
      for (JobKind kind : JobKind.among(List.of(args[7].split(",")))) {
        Path folder = outputs.resolve(kind.taskType());
        int used = kind.slow() ? 1 : threads;
        bare.run(kind, kind.count(warmUp), used, inputs, folder.resolve("warm"));
        Cost cost = Cost.begin(ProcessHandle.current());
        bare.run(kind, kind.count(count), used, inputs, folder.resolve("measured"));
        cost.end().store(results, kind.taskType());
      }
    }
    try (var out = Files.newBufferedWriter(Path.of(args[6]))) {
      results.store(out, null);
    }
  }

  private void run(JobKind kind, int count, int threads, Path inputs, Path folder)
      throws InterruptedException {
    Plugin<?, ?> plugin =
        plugins.stream()
            .filter(p -> p.taskType().equals(kind.taskType()))
            .findFirst()
            .orElseThrow();
    AtomicInteger next = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    Thread[] workers = new Thread[threads];
    for (int i = 0; i < threads; i++) {
      workers[i] =
          new Thread(
              () -> {
                for (int n = next.getAndIncrement(); n < count; n = next.getAndIncrement()) {
                  runOne(plugin, kind, inputs, folder.resolve(Integer.toString(n)));
                  done.incrementAndGet();
                }
              });
      workers[i].start();
    }
    for (Thread worker : workers) {
      worker.join();
    }
    if (done.get() != count) {
      throw new IllegalStateException(kind.taskType() + " failed, see above");
    }
  }

  private <P extends Record> void runOne(
      Plugin<P, ?> plugin, JobKind kind, Path inputs, Path folder) {
    P parameters = Parameters.of(plugin.parameters()).read(kind.parameters());
    Path output = folder.resolve(plugin.outputPath(parameters, kind.input()));
    try {
      Files.createDirectories(folder);
      plugin.run(parameters, new BareWork(folder, inputs.resolve(kind.input()), output, decoder));
    } catch (IOException e) {
      throw new UncheckedIOException(kind.taskType() + " failed", e);
    }
  }

  /** A job without a server. */
  private record BareWork(Path folder, Path file, Path target, ImageDecoder decoder)
      implements dev.minsight.compute.Work {

    @Override
    public List<Path> inputs() {
      return List.of(file);
    }

    @Override
    public boolean ofPhoto() {
      return false;
    }

    @Override
    public Path output() {
      try {
        Files.createDirectories(target.getParent());
        return target;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public DecodedImage picture(int minLongSide) {
      return decoder.decode(file, MediaSniffer.sniff(file), minLongSide);
    }

    @Override
    public Path media(String path) {
      return folder.resolve(path);
    }

    @Override
    public void progress(int percent) {
      // nobody listens
    }
  }
}
