package dev.minsight.bench;

import dev.minsight.media.ContentDigest;
import dev.minsight.media.Ffmpeg;
import dev.minsight.media.ImageDecoder;
import dev.minsight.media.MediaInspector;
import dev.minsight.media.MediaLimits;
import dev.minsight.media.MediaSniffer;
import dev.minsight.media.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Uploads of 12-megapixel JPEGs over HTTP, against copying (durably), hashing and reading the
 * metadata of the same files on as many threads without any server; and the heap that one very
 * large upload needs.
 */
final class UploadBench {

  private static final String HEAP = "768m"; // what ./minsight start gives
  private static final int CLIENTS = 2;

  /** Until the server's compiler has seen enough; fewer measure the compiler. */
  private static final int WARM_UP = 900;

  /** Originals; the files are copies of them, each with a content of its own. */
  private static final int PHOTOS = 9;

  private static final long LARGE = 2L << 30;

  /** Of the bare speed, at least. */
  private static final double LEAST_RATIO = 0.5;

  private static final int MOST_EXTRA_HEAP_MIB = 64;

  /** A line of the collector's log: heap used before and after. */
  private static final Pattern COLLECTION = Pattern.compile("Pause .* (\\d+)M->(\\d+)M\\(");

  private final Path folder;
  private final int count;
  private final PrintStream out;
  private final Client client = new Client();

  UploadBench(Path folder, int count, PrintStream out) {
    this.folder = folder;
    this.count = count;
    this.out = out;
  }

  private interface Work {
    void on(Path file) throws Exception;
  }

  /**
   * Runs it and prints the figures.
   *
   * @return whether the targets were met
   */
  boolean run() throws IOException, InterruptedException, SQLException {
    List<Path> photos = new ArrayList<>();
    for (int i = 0; i < PHOTOS; i++) {
      photos.add(Photos.large(i, folder));
    }
    Path warm = folder.resolve("warm");
    Path files = folder.resolve("files");
    Photos.copies(photos, WARM_UP, 1, warm);
    Photos.copies(photos, count, 1 + WARM_UP / PHOTOS, files);
    long bytes = Files.size(photos.get(0));
    out.printf("%d JPEGs of 4000 x 3000, %.1f MB each%n", count, bytes / 1e6);
    double bare = bare(warm, files);
    Path log = folder.resolve("gc.log");
    Path home = Files.createDirectories(folder.resolve("home"));
    List<String> options = List.of("-Xlog:gc:file=" + log);
    try (ServerProcess server =
        ServerProcess.start(home, HEAP, options, "--no-auth", "--roles=auth,store")) {
      Work upload = file -> upload(server, file);
      each(Photos.below(warm), upload);
      double served = each(Photos.below(files), upload);
      double ratio = served / bare;
      out.printf(
          "bare %.1f files/s, uploaded %.1f files/s: ratio %.2f (target %.1f)%n",
          bare, served, ratio, LEAST_RATIO);
      return large(server, log) & ratio >= LEAST_RATIO;
    }
  }

  private double bare(Path warm, Path files) throws IOException, InterruptedException {
    MediaLimits limits = MediaLimits.defaults();
    Ffmpeg ffmpeg = new Ffmpeg(folder.resolve("tools"), limits.ffmpegTimeout());
    MediaInspector inspector = new MediaInspector(limits, ffmpeg);
    ContentDigest digests = new ContentDigest(new ImageDecoder(limits, ffmpeg));
    Path target = Files.createDirectories(folder.resolve("copies"));
    Work work =
        file -> {
          Path copy = target.resolve(file.getParent().getFileName() + "-" + file.getFileName());
          copy(file, copy);
          MediaType type = MediaSniffer.sniff(copy);
          inspector.inspect(copy, type);
          digests.of(copy, type);
        };
    each(Photos.below(warm), work);
    return each(Photos.below(files), work);
  }

  private static void copy(Path file, Path copy) throws IOException, GeneralSecurityException {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    byte[] buffer = new byte[128 * 1024];
    try (InputStream in = Files.newInputStream(file);
        OutputStream to = Files.newOutputStream(copy)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        sha256.update(buffer, 0, n);
        to.write(buffer, 0, n);
      }
    }
    sha256.digest();
    try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /** Files a second. */
  private static double each(List<Path> files, Work work) throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    try {
      long start = System.nanoTime();
      List<Future<Void>> done =
          threads.invokeAll(
              files.stream()
                  .map(
                      file ->
                          (java.util.concurrent.Callable<Void>)
                              () -> {
                                work.on(file);
                                return null;
                              })
                  .toList());
      for (Future<Void> each : done) {
        each.get();
      }
      return files.size() / ((System.nanoTime() - start) / 1e9);
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private void upload(ServerProcess server, Path file) throws IOException, InterruptedException {
    client.post(server.store("/entities"), Map.of("is_collection", "false"), "media_file", file);
  }

  /** One upload of 2 GiB; the heap that is still used after each collection tells what it needs. */
  private boolean large(ServerProcess server, Path log) throws IOException, InterruptedException {
    Path file = folder.resolve("large.mp4");
    try (RandomAccessFile video = new RandomAccessFile(file.toFile(), "rw")) {
      video.write("\0\0\0\30ftypmp42\0\0\0\0mp42isom".getBytes(StandardCharsets.ISO_8859_1));
      video.setLength(LARGE);
    }
    int before = lines(log);
    int used = most(log, 0);
    long start = System.nanoTime();
    upload(server, file);
    double seconds = (System.nanoTime() - start) / 1e9;
    int extra = Math.max(0, most(log, before) - used);
    out.printf(
        "2 GiB in %.1f s (%.0f MB/s); heap after collections at most %d MiB more than before"
            + " (target %d)%n",
        seconds, LARGE / 1e6 / seconds, extra, MOST_EXTRA_HEAP_MIB);
    return extra <= MOST_EXTRA_HEAP_MIB;
  }

  private static int lines(Path log) throws IOException {
    return Files.readAllLines(log).size();
  }

  private static int most(Path log, int from) throws IOException {
    return Files.readAllLines(log).stream()
        .skip(from)
        .map(COLLECTION::matcher)
        .filter(Matcher::find)
        .mapToInt(line -> Integer.parseInt(line.group(2)))
        .max()
        .orElse(0);
  }
}
