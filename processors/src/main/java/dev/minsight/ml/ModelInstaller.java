package dev.minsight.ml;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * Brings full models into the models folder, by download or from another folder. A file gets its
 * name only after its size and SHA-256 were found right, in one atomic step, so nobody ever loads
 * half a model.
 */
public final class ModelInstaller {

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(20);

  /** Time until the first byte; the body itself may take as long as the line needs. */
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

  private static final int BUFFER_BYTES = 1 << 16;

  /**
   * Export folders keep models a few levels down ({@code onnx/model.onnx}); a disk is no folder.
   */
  private static final int IMPORT_DEPTH = 4;

  private final ModelStore store;

  /**
   * @param store whose folder gets the models
   */
  public ModelInstaller(ModelStore store) {
    this.store = store;
  }

  /** Hears how far a download is. */
  public interface Progress {

    /**
     * @param model being downloaded
     * @param part of it that comes now: its weights, or a file beside them
     * @param bytes of the part received so far, of {@link ModelPart#size}
     */
    void received(ModelSpec model, ModelPart part, long bytes);
  }

  /** A model could not be had because its host did not answer; another time it may. */
  public static final class UnreachableException extends IOException {
    UnreachableException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Downloads what is not there of a model, trying the places of each file in order: first the
   * small files beside it, then the weights.
   *
   * @param model a full model
   * @param progress hears about every {@value #BUFFER_BYTES} bytes
   * @throws UnreachableException if no place answers
   * @throws IOException if what came is not the model, or cannot be written
   * @throws InterruptedException if the thread is interrupted
   */
  public void download(ModelSpec model, Progress progress)
      throws IOException, InterruptedException {
    for (ModelPart part : model.companions()) {
      download(model, part, store.path(part), progress);
    }
    download(model, model.weights(), store.path(model), progress);
  }

  private void download(ModelSpec model, ModelPart part, Path target, Progress progress)
      throws IOException, InterruptedException {
    if (isIntact(part, target)) {
      return;
    }
    IOException told = new IOException("model " + model.id() + " has no place to come from");
    for (URI url : part.urls()) {
      try {
        install(part, target, url, bytes -> progress.received(model, part, bytes));
        return;
      } catch (IOException e) {
        IOException failure = failure(model, url, e);
        // A wrong answer says more than a silent host, so it is the one that is told.
        boolean better = told.getCause() == null || told instanceof UnreachableException;
        told = better ? failure : told;
      }
    }
    throw told;
  }

  /**
   * Copies what the manifest knows from a folder and those below it; files are recognised by their
   * SHA-256, whatever their names. Files that models need beside their weights are taken, too.
   *
   * @param folder to look in
   * @param wanted models to look for
   * @return the models whose weights were found and are now installed, in the order of {@code
   *     wanted}
   * @throws IOException if the folder cannot be read or a copy cannot be written
   */
  public List<ModelSpec> importFrom(Path folder, List<ModelSpec> wanted) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder, IMPORT_DEPTH)) {
      files = walk.filter(Files::isRegularFile).sorted().toList();
    }
    List<ModelSpec> found = new ArrayList<>();
    for (ModelSpec model : wanted) {
      for (ModelPart part : model.companions()) {
        if (!isIntact(part, store.path(part))) {
          copy(part, store.path(part), files);
        }
      }
      if (copy(model.weights(), store.path(model), files)) {
        found.add(model);
      }
    }
    return found;
  }

  private static boolean isIntact(ModelPart part, Path file) throws IOException {
    return Files.isRegularFile(file) && isContent(file, part);
  }

  private static boolean isContent(Path file, ModelPart part) throws IOException {
    return Files.size(file) == part.size() && Sha256.of(file).equals(part.sha256());
  }

  private static boolean copy(ModelPart part, Path target, List<Path> files) throws IOException {
    for (Path file : files) {
      if (isContent(file, part)) {
        try (InputStream in = Files.newInputStream(file)) {
          install(part, target, file.toString(), in, bytes -> {});
        }
        return true;
      }
    }
    return false;
  }

  private static void install(ModelPart part, Path target, URI url, LongConsumer progress)
      throws IOException, InterruptedException {
    HttpClient client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(CONNECT_LIMIT)
            .build();
    HttpRequest request = HttpRequest.newBuilder(url).timeout(ANSWER_LIMIT).build();
    HttpResponse<InputStream> response =
        client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      if (response.statusCode() != 200) {
        throw new IOException("the host answers with status " + response.statusCode());
      }
      install(part, target, url.toString(), body, progress);
    }
  }

  private static void install(
      ModelPart part, Path target, String source, InputStream in, LongConsumer progress)
      throws IOException {
    Path folder = Files.createDirectories(target.toAbsolutePath().getParent());
    Path draft = Files.createTempFile(folder, part.file(), ".part");
    try {
      MessageDigest digest = Sha256.digest();
      long received = 0;
      try (OutputStream out = Files.newOutputStream(draft)) {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          out.write(buffer, 0, read);
          digest.update(buffer, 0, read);
          received += read;
          if (received > part.size()) {
            throw new IOException(
                source + " gives more than the " + part.size() + " bytes of the manifest");
          }
          progress.accept(received);
        }
      }
      check(part, source, received, Sha256.hex(digest));
      Files.move(
          draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static void check(ModelPart part, String source, long size, String sha256)
      throws IOException {
    if (size != part.size()) {
      throw new IOException(source + " gives " + size + " bytes instead of " + part.size());
    }
    if (!sha256.equals(part.sha256())) {
      throw new IOException(
          source + " has the checksum " + sha256 + " instead of " + part.sha256());
    }
  }

  private static IOException failure(ModelSpec model, URI url, IOException e) {
    return unreachable(e)
        ? new UnreachableException(
            "model "
                + model.id()
                + " cannot be downloaded: "
                + url.getHost()
                + " cannot be reached ("
                + plain(e)
                + ")",
            e)
        : new IOException(
            "model " + model.id() + " cannot be downloaded from " + url + ": " + plain(e), e);
  }

  private static boolean unreachable(IOException e) {
    return e instanceof ConnectException
        || e instanceof HttpTimeoutException
        || e instanceof UnknownHostException
        || e.getCause() instanceof UnresolvedAddressException;
  }

  private static String plain(IOException e) {
    return e.getMessage() == null ? "no connection" : e.getMessage();
  }
}
