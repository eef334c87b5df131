package dev.minsight.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.minsight.sdk.ApiException;
import dev.minsight.sdk.Entity;
import dev.minsight.sdk.EntityDraft;
import dev.minsight.sdk.Intelligence;
import dev.minsight.sdk.MinsightClient;
import dev.minsight.sdk.ProcessingFailedException;
import dev.minsight.sdk.StoreClient;
import dev.minsight.sdk.Uploaded;
import dev.minsight.sdk.WaitTimedOutException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Uploads files, and waits for what the server finds in them. */
@Command(
    name = "ingest",
    description = {
      "Upload files. Each prints one line: new, known (the server had the content), or failed.",
      "With --wait each image prints a second one: completed or failed."
    })
final class IngestCommand implements Callable<Integer> {

  @ParentCommand RootCommand root;

  @Parameters(arity = "1..*", paramLabel = "PATH")
  List<Path> paths;

  @Option(
      names = {"-r", "--recursive"},
      description = "Take all files in a folder, at any depth; hidden ones and links are left out.")
  boolean recursive;

  @Option(
      names = "--collection",
      paramLabel = "NAME",
      description = "Put them in this collection; it is made when missing.")
  String collection;

  @Option(names = "--wait", description = "Wait until the images are processed.")
  boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "600",
      description = "How long to wait in all; ${DEFAULT-VALUE} by default.")
  int timeoutSeconds;

  /** One line of the answer. */
  private record Line(
      String path,
      String status,
      @JsonProperty("entity_id") Long entityId,
      @JsonProperty("face_count") Integer faceCount,
      String error,
      Boolean retryable) {}

  private Output output;
  private int failed;
  private int timedOut;

  @Override
  public Integer call() throws IOException {
    output = root.output();
    List<Path> files = expand();
    MinsightClient client = root.client();
    Long parent = collection == null ? null : collectionId(client.store());
    Map<Path, Entity> images = new LinkedHashMap<>();
    int fresh = 0;
    int known = 0;
    for (Path file : files) {
      output.progress("uploading " + file);
      Uploaded uploaded = upload(client.store(), file, parent);
      if (uploaded != null) {
        fresh += uploaded.known() ? 0 : 1;
        known += uploaded.known() ? 1 : 0;
        if ("image".equals(uploaded.entity().type())) {
          images.put(file, uploaded.entity());
        }
      }
    }
    output.progress(fresh + " new, " + known + " known, " + failed + " failed");
    if (wait) {
      await(client, images);
    }
    if (failed > 0) {
      throw new CliException(ExitCode.FAILED, failed + " of " + files.size() + " files failed");
    }
    if (timedOut > 0) {
      throw new CliException(
          ExitCode.TIMED_OUT,
          "after "
              + timeoutSeconds
              + " s, still being processed: "
              + timedOut
              + " of "
              + images.size());
    }
    return ExitCode.OK;
  }

  /** All or nothing: a typing error is told before anything was sent. */
  private List<Path> expand() throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path path : paths) {
      if (Files.isRegularFile(path)) {
        files.add(path);
      } else if (!Files.isDirectory(path)) {
        throw new CliException(ExitCode.USAGE, "no such file: " + path);
      } else if (!recursive) {
        throw new CliException(ExitCode.USAGE, path + " is a folder; add --recursive");
      } else {
        try (Stream<Path> tree = Files.walk(path)) {
          tree.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
              .filter(file -> !hidden(path.relativize(file)))
              .sorted()
              .forEach(files::add);
        }
      }
    }
    return files;
  }

  private static boolean hidden(Path relative) {
    for (Path segment : relative) {
      if (segment.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  private long collectionId(StoreClient store) {
    return store
        .findCollection(collection)
        .orElseGet(() -> store.createCollection(EntityDraft.labelled(collection)))
        .id();
  }

  /**
   * @return null when this file failed and the others may still go
   */
  private Uploaded upload(StoreClient store, Path file, Long parent) {
    try {
      EntityDraft draft = new EntityDraft(file.getFileName().toString(), null, parent);
      Uploaded uploaded = store.upload(file, draft);
      long id = uploaded.entity().id();
      print(new Line(file.toString(), uploaded.known() ? "known" : "new", id, null, null, null));
      return uploaded;
    } catch (ApiException e) {
      Failure failure = Failure.of(e);
      if (failure.hopeless()) {
        throw e;
      }
      fail(file, null, failure);
    } catch (IOException e) {
      fail(file, null, Failure.of(e));
    }
    return null;
  }

  private void await(MinsightClient client, Map<Path, Entity> images) {
    long end = System.nanoTime() + Duration.ofSeconds(timeoutSeconds).toNanos();
    images.forEach(
        (file, entity) -> {
          try {
            Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            Intelligence state = client.waitForCompletion(entity.id(), left);
            print(
                new Line(file.toString(), "completed", entity.id(), state.faceCount(), null, null));
          } catch (ProcessingFailedException e) {
            fail(file, entity.id(), Failure.of(e));
          } catch (WaitTimedOutException e) {
            timedOut++;
            output.progress(e.getMessage());
          }
        });
  }

  private void fail(Path file, Long entityId, Failure failure) {
    failed++;
    print(
        new Line(
            file.toString(),
            failure.status(),
            entityId,
            null,
            failure.error(),
            failure.retryable()));
  }

  private void print(Line line) {
    if (output.json()) {
      output.documentLine(line);
      return;
    }
    String faces = line.faceCount() == null ? "" : "  faces: " + line.faceCount();
    String error = line.error() == null ? "" : "  " + line.error();
    output.text(
        line.status() + "  " + Text.of(line.entityId()) + "  " + line.path() + faces + error);
  }
}
