package dev.minsight.it;

import dev.minsight.testing.Pictures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A client that uploads, replaces and deletes, one request after the other, and remembers what was
 * acknowledged. The server may die at any moment; the request under way then may or may not have
 * happened.
 */
final class StoreWriter implements Runnable {

  private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");
  private static final String BOUNDARY = "kill-test-9b2e";

  private final URI store;
  private final Random random;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  /** SHA-256 of the file that an entity may have by now; nothing but these is right. */
  private final Map<Long, Set<String>> files = new TreeMap<>();

  /** Entities whose deletion was asked for, and perhaps happened. */
  private final Set<Long> perhapsGone = new TreeSet<>();

  private final Set<Long> gone = new TreeSet<>();
  private volatile int acknowledged;

  StoreWriter(int port, long seed) {
    this.store = URI.create("http://127.0.0.1:" + port);
    this.random = new Random(seed);
  }

  /** Works until the server does not answer any more. */
  @Override
  public void run() {
    try {
      while (true) {
        step();
        acknowledged++;
      }
    } catch (IOException e) {
      // The server was killed.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  int acknowledged() {
    return acknowledged;
  }

  private void step() throws IOException, InterruptedException {
    int dice = random.nextInt(10);
    List<Long> mine = new ArrayList<>(files.keySet());
    mine.removeAll(perhapsGone);
    if (mine.size() < 3 || dice < 5) {
      upload();
      return;
    }
    long id = mine.get(random.nextInt(mine.size()));
    if (dice < 8) {
      replace(id);
    } else {
      delete(id);
    }
  }

  private byte[] picture() {
    return Pictures.noise("jpg", 40, 30, random.nextLong());
  }

  private void upload() throws IOException, InterruptedException {
    byte[] bytes = picture();
    HttpResponse<String> answer = send("POST", "/entities", bytes);
    expect(201, answer);
    Matcher id = ID.matcher(answer.body());
    if (!id.find()) {
      throw new AssertionError(answer.body());
    }
    files.put(Long.valueOf(id.group(1)), new TreeSet<>(Set.of(sha256(bytes))));
  }

  private void replace(long id) throws IOException, InterruptedException {
    byte[] bytes = picture();
    files.get(id).add(sha256(bytes)); // perhaps, until it is acknowledged
    expect(200, send("PUT", "/entities/" + id, bytes));
    files.put(id, new TreeSet<>(Set.of(sha256(bytes))));
  }

  private void delete(long id) throws IOException, InterruptedException {
    HttpRequest trash =
        HttpRequest.newBuilder(store.resolve("/entities/" + id))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .method("PATCH", BodyPublishers.ofString("is_deleted=true"))
            .build();
    expect(200, http.send(trash, BodyHandlers.ofString()));
    perhapsGone.add(id);
    HttpRequest delete = HttpRequest.newBuilder(store.resolve("/entities/" + id)).DELETE().build();
    expect(204, http.send(delete, BodyHandlers.ofString()));
    gone.add(id);
    files.remove(id);
  }

  private HttpResponse<String> send(String method, String path, byte[] bytes)
      throws IOException, InterruptedException {
    String head =
        "--%1$s\r\nContent-Disposition: form-data; name=\"is_collection\"\r\n\r\nfalse\r\n--%1$s\r\nContent-Disposition: form-data; name=\"label\"\r\n\r\nx\r\n--%1$s\r\nContent-Disposition: form-data; name=\"media_file\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n"
            .formatted(BOUNDARY);
    return http.send(
        HttpRequest.newBuilder(store.resolve(path))
            .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
            .method(
                method,
                BodyPublishers.concat(
                    BodyPublishers.ofString(head),
                    BodyPublishers.ofByteArray(bytes),
                    BodyPublishers.ofString("\r\n--" + BOUNDARY + "--\r\n")))
            .build(),
        BodyHandlers.ofString());
  }

  private static void expect(int status, HttpResponse<String> answer) {
    if (answer.statusCode() != status) {
      throw new AssertionError(
          "%s %s: %d %s"
              .formatted(
                  answer.request().method(),
                  answer.request().uri(),
                  answer.statusCode(),
                  answer.body()));
    }
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * What is wrong with what the server kept of this client's work.
   *
   * @param kept SHA-256 of each entity's file, by id
   */
  List<String> losses(Map<Long, String> kept) {
    List<String> losses = new ArrayList<>();
    files.forEach(
        (id, allowed) -> {
          if (!kept.containsKey(id)) {
            if (!perhapsGone.contains(id)) {
              losses.add("entity " + id + " was acknowledged and is lost");
            }
          } else if (!allowed.contains(kept.get(id))) {
            losses.add("entity " + id + " has the file " + kept.get(id) + ", not of " + allowed);
          }
        });
    gone.stream()
        .filter(kept::containsKey)
        .forEach(id -> losses.add("entity " + id + " was deleted and is back"));
    return losses;
  }

  /** Takes over what became of the requests that were under way. */
  void settle(Map<Long, String> kept) {
    files.keySet().removeIf(id -> !kept.containsKey(id));
    perhapsGone.removeIf(id -> !kept.containsKey(id));
    files.replaceAll((id, allowed) -> new TreeSet<>(Set.of(kept.get(id))));
  }

  /** SHA-256 of a file. */
  static String sha256(Path file) {
    try {
      return sha256(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
