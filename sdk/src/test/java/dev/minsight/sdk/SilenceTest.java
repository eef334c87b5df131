package dev.minsight.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.testing.ScriptedServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A server that falls silent")
class SilenceTest {

  /** Long against what a busy machine makes of a pause of a third of it. */
  private static final Duration SILENCE = Duration.ofSeconds(4);

  private final ScriptedServer server = new ScriptedServer();
  private final MinsightClient client =
      MinsightClient.builder().servers(server.urls()).timeout(SILENCE).build();
  private final CountDownLatch testIsOver = new CountDownLatch(1);

  @TempDir Path folder;

  @AfterEach
  void stop() {
    testIsOver.countDown();
    server.close();
  }

  @Test
  @DisplayName("is given up when it never answers")
  void noAnswer() {
    server.onExchange("GET /", call -> hang());

    assertThatThrownBy(() -> client.info(Service.STORE))
        .isInstanceOf(ApiException.TimedOut.class)
        .hasMessageContaining("no byte");
  }

  @Test
  @DisplayName("is given up when it stops within an answer")
  void stalledAnswer() {
    server.onExchange(
        "GET /entities/7/media",
        call -> {
          call.sendResponseHeaders(200, 100_000);
          call.getResponseBody().write(new byte[10]);
          call.getResponseBody().flush();
          hang();
        });
    Path target = folder.resolve("photo.jpg");

    assertThatThrownBy(() -> client.store().downloadMedia(7, target))
        .isInstanceOf(ApiException.TimedOut.class);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  @DisplayName("is borne as long as bytes move: a slow answer is no time-out")
  void slowAnswer() {
    byte[] body = ScriptedServer.wire("root-store").getBytes(StandardCharsets.UTF_8);
    server.onExchange(
        "GET /",
        call -> {
          call.sendResponseHeaders(200, body.length);
          for (byte next : body) {
            call.getResponseBody().write(next);
            call.getResponseBody().flush();
            pause(SILENCE.toMillis() * 2 / body.length);
          }
        });

    assertThat(client.info(Service.STORE).guestMode()).isEqualTo("on");
  }

  @Test
  @DisplayName("is borne as long as an upload moves, however long it takes")
  void slowUpload() throws IOException {
    int pauses = 6;
    server.onExchange(
        "POST /entities",
        call -> {
          // Each read makes room for more of a body far larger than the socket's buffers.
          byte[] buffer = new byte[8 << 20];
          InputStream in = call.getRequestBody();
          for (int i = 0; i < pauses; i++) {
            in.readNBytes(buffer, 0, buffer.length);
            pause(SILENCE.toMillis() / 3);
          }
          in.readAllBytes();
          byte[] answer = ScriptedServer.wire("entity").getBytes(StandardCharsets.UTF_8);
          call.sendResponseHeaders(201, answer.length);
          call.getResponseBody().write(answer);
        });
    byte[] large = new byte[pauses * (8 << 20)];
    Arrays.fill(large, (byte) 7);
    Path file = Files.write(folder.resolve("large.bin"), large);

    long start = System.nanoTime();
    Uploaded uploaded = client.store().upload(file, EntityDraft.labelled("large"));

    assertThat(uploaded.entity().id()).isEqualTo(7);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(SILENCE);
  }

  @Test
  @DisplayName("can be left by interrupting the caller, whose flag stays set")
  void interrupted() throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    server.onExchange(
        "GET /",
        call -> {
          asked.countDown();
          hang();
        });
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    AtomicReference<Boolean> flag = new AtomicReference<>();
    MinsightClient patient = MinsightClient.builder().servers(server.urls()).build();
    Thread caller =
        new Thread(
            () -> {
              try {
                patient.info(Service.STORE);
              } catch (CancellationException e) {
                thrown.set(e);
              }
              flag.set(Thread.currentThread().isInterrupted());
            });
    caller.start();
    assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();

    caller.interrupt();
    caller.join(10_000);

    assertThat(thrown.get()).isInstanceOf(CancellationException.class);
    assertThat(flag.get()).isTrue();
  }

  private void hang() {
    pause(30_000);
  }

  /** Waits, but no longer than the test. */
  private void pause(long millis) {
    try {
      testIsOver.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
