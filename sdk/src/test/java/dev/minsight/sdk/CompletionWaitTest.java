package dev.minsight.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.minsight.testing.ScriptedServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Waiting for an entity")
class CompletionWaitTest {

  private static final String STATE = "GET /intelligence/entities/7";
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final ScriptedServer server = new ScriptedServer();
  private final MinsightClient client = MinsightClient.builder().servers(server.urls()).build();
  private final SteppedClock clock = new SteppedClock();
  private final CompletionWait wait = new CompletionWait(client.intelligence(), clock);

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  @DisplayName("returns at once when it was done long ago (AC-O13)")
  void alreadyDone() {
    server.on(STATE, 200, ScriptedServer.wire("intelligence-completed"));

    assertThat(client.waitForCompletion(7, MINUTE).faceCount()).isEqualTo(2);
    assertThat(wait.await(7, MINUTE).completed()).isTrue();
    assertThat(clock.pauses).isEmpty();
  }

  @Test
  @DisplayName("asks less and less often, and notices when it is done")
  void backsOff() {
    server.on(STATE, 200, "null");
    clock.after(3, () -> server.on(STATE, 200, ScriptedServer.wire("intelligence")));
    clock.after(8, () -> server.on(STATE, 200, ScriptedServer.wire("intelligence-completed")));

    assertThat(wait.await(7, MINUTE).completed()).isTrue();
    assertThat(clock.pauses)
        .extracting(Duration::toMillis)
        .containsExactly(1000L, 1500L, 2250L, 3375L, 5062L, 7593L, 10000L, 10000L);
  }

  @Test
  @DisplayName("ends with the reason when the work fails")
  void fails() {
    server.on(
        STATE,
        200,
        "{\"overall_status\":\"failed\",\"last_updated\":1,\"error_message\":\"truncated\"}");

    ProcessingFailedException failed =
        catchThrowableOfType(ProcessingFailedException.class, () -> wait.await(7, MINUTE));

    assertThat(failed).hasMessage("processing of entity 7 failed: truncated");
    assertThat(failed.entityId()).isEqualTo(7);
    assertThat(failed.intelligence().failed()).isTrue();
  }

  @Test
  @DisplayName("gives up exactly at the time-out and tells the last state")
  void timesOut() {
    server.on(STATE, 200, ScriptedServer.wire("intelligence"));

    assertThatThrownBy(() -> wait.await(7, Duration.ofSeconds(4)))
        .isInstanceOf(WaitTimedOutException.class)
        .hasMessage("entity 7 is still processing after 4 s");
    assertThat(clock.pauses).extracting(Duration::toMillis).containsExactly(1000L, 1500L, 1500L);
  }

  @Test
  @DisplayName("bears a server that restarts meanwhile")
  void serverRestarts() {
    server.on(STATE, 200, ScriptedServer.wire("intelligence"));
    clock.after(1, () -> server.on(STATE, 503, "starting"));
    clock.after(2, () -> server.on(STATE, 200, ScriptedServer.wire("intelligence-completed")));

    assertThat(wait.await(7, MINUTE).completed()).isTrue();
  }

  @Test
  @DisplayName("ends with the server's absence when it does not come back in time")
  void serverStaysAway() {
    server.on(STATE, 200, ScriptedServer.wire("intelligence"));
    clock.after(1, () -> server.on(STATE, 503, "starting"));

    assertThatThrownBy(() -> wait.await(7, MINUTE)).hasMessageStartingWith("Error 503");
  }

  @Test
  @DisplayName("does not wait for a server that never answered, nor for an unknown entity")
  void hopeless() {
    assertThatThrownBy(() -> wait.await(7, MINUTE)).isInstanceOf(ApiException.NotFound.class);
    server.on(STATE, 503, "starting");
    assertThatThrownBy(() -> wait.await(7, MINUTE)).hasMessageStartingWith("Error 503");
    assertThat(clock.pauses).isEmpty();
  }

  /** Time that passes only by sleeping; what is planned happens after so many sleeps. */
  private static final class SteppedClock implements CompletionWait.Clock {
    private final List<Duration> pauses = new ArrayList<>();
    private final List<Runnable> planned = new ArrayList<>();
    private final List<Integer> when = new ArrayList<>();
    private long now;

    void after(int sleeps, Runnable change) {
      when.add(sleeps);
      planned.add(change);
    }

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public void sleep(Duration pause) {
      pauses.add(pause);
      now += pause.toNanos();
      for (int i = 0; i < when.size(); i++) {
        if (when.get(i) == pauses.size()) {
          planned.get(i).run();
        }
      }
    }
  }
}
