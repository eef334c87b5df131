package dev.minsight.it;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.Videos;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;

/**
 * A client that hands jobs of all plugins in, one after the other, each with a key so that it can
 * be said again: while the server is away it is.
 */
final class Submitter implements Runnable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BOUNDARY = "kill-55aa";

  /** Quick ones often, a video now and then. */
  private static final List<String> PLUGINS =
      List.of(
          "hash",
          "exif",
          "media_thumbnail",
          "clip_embedding",
          "hash",
          "image_conversion",
          "exif",
          "dino_embedding",
          "media_thumbnail",
          "face_detection",
          "hash",
          "image_conversion",
          "face_embedding",
          "exif");

  private static final int EVERY_VIDEO = 100;
  private static final int EVERY_BAD = 25;
  private static final Map<String, String> FIELDS =
      Map.of("format", "jpg", "variants", "[{\"resolution\": 48, \"bitrate\": 100}]");

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final String base;
  private final int jobs;
  private final Random random;
  private final Set<String> acknowledged = new ConcurrentSkipListSet<>();
  private final Set<String> bad = new ConcurrentSkipListSet<>();
  private volatile Throwable failure;

  Submitter(int port, int jobs, long seed) {
    this.base = "http://127.0.0.1:" + port + "/jobs/";
    this.jobs = jobs;
    this.random = new Random(seed);
  }

  /** Ids of the jobs that the server said it has. */
  Set<String> acknowledged() {
    return acknowledged;
  }

  /** Those of them whose file is no picture. */
  Set<String> bad() {
    return bad;
  }

  /** What ended it before its time, or null. */
  Throwable failure() {
    return failure;
  }

  @Override
  public void run() {
    try {
      byte[] video = Videos.bytes(64, 48, 2);
      for (int i = 0; i < jobs; i++) {
        boolean broken = i % EVERY_BAD == EVERY_BAD - 1;
        boolean moving = i % EVERY_VIDEO == EVERY_VIDEO / 2;
        String plugin =
            broken ? "clip_embedding" : moving ? "hls_streaming" : PLUGINS.get(i % PLUGINS.size());
        byte[] file =
            broken
                ? ("no picture " + i).getBytes(StandardCharsets.UTF_8)
                : moving ? video : Pictures.noise("png", 64, 48, random.nextInt());
        String id = submit(plugin, file);
        acknowledged.add(id);
        if (broken) {
          bad.add(id);
        }
      }
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      failure = e;
    }
  }

  private String submit(String plugin, byte[] file) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + plugin))
            .timeout(Duration.ofSeconds(20))
            .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
            .header("Idempotency-Key", UUID.randomUUID().toString())
            .POST(BodyPublishers.ofByteArray(form(file)))
            .build();
    while (true) {
      try {
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        if (answer.statusCode() == 200) {
          return JSON.readTree(answer.body()).get("job_id").asText();
        }
        if (answer.statusCode() < 500 && answer.statusCode() != 409) {
          throw new IllegalStateException(plugin + ": " + answer.statusCode() + answer.body());
        }
      } catch (IOException e) {
        // killed a moment ago; said again below
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private static byte[] form(byte[] file) throws IOException {
    ByteArrayOutputStream form = new ByteArrayOutputStream();
    for (Map.Entry<String, String> field : FIELDS.entrySet()) {
      form.write(part("name=\"" + field.getKey() + "\"", field.getValue() + "\r\n"));
    }
    form.write(part("name=\"file\"; filename=\"sample.bin\"", ""));
    form.write(file);
    form.write(("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
    return form.toByteArray();
  }

  private static byte[] part(String disposition, String value) {
    return ("--"
            + BOUNDARY
            + "\r\nContent-Disposition: form-data; "
            + disposition
            + "\r\n\r\n"
            + value)
        .getBytes(StandardCharsets.UTF_8);
  }
}
