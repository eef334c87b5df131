package dev.minsight.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.support.RetryableException;
import dev.minsight.testing.HandClock;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.TestServer;
import dev.minsight.testing.Videos;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/** Asking for streams, with a maker that does as it is told. */
class StreamRequestsTest {

  private final TestServer server = OpenServer.shared();
  private final HandClock clock = new HandClock(Instant.parse("2026-01-01T00:00:00Z"));
  private final ObedientMaker maker = new ObedientMaker();
  private final StreamRows rows = rows();
  private final StreamRequests requests = requests();
  private final MediaEntity video = video();

  private static final class ObedientMaker implements StreamMaker {

    final List<Order> orders = new ArrayList<>();
    final Map<String, Progress> jobs = new HashMap<>();
    final List<String> withdrawn = new ArrayList<>();
    RuntimeException trouble;

    @Override
    public String begin(Order order) {
      if (trouble != null) {
        throw trouble;
      }
      orders.add(order);
      String id = "job-" + orders.size();
      jobs.put(id, new Progress(false, false, null));
      return id;
    }

    @Override
    public Optional<Progress> progress(String jobId) {
      return Optional.ofNullable(jobs.get(jobId));
    }

    @Override
    public void withdraw(String jobId) {
      withdrawn.add(jobId);
    }
  }

  private StreamRows rows() {
    // A proxy of the server's kind would need its context; here each method is one statement.
    return new StreamRows(server.bean(JdbcClient.class), clock, makers());
  }

  private ObjectProvider<StreamMaker> makers() {
    StaticListableBeanFactory beans = new StaticListableBeanFactory();
    beans.addBean("maker", maker);
    return beans.getBeanProvider(StreamMaker.class);
  }

  private StreamRequests requests() {
    MediaFiles files = server.bean(MediaFiles.class);
    return new StreamRequests(
        server.bean(Entities.class),
        files,
        new Streams(files, rows, server.bean(PlatformTransactionManager.class)),
        rows,
        makers(),
        clock,
        Duration.ofMillis(600));
  }

  private MediaEntity video() {
    Intake intake = server.bean(Intake.class);
    try (Staged staged = intake.stage(new ByteArrayInputStream(Videos.bytes(64, 48, 1)), "v.mp4")) {
      long id = intake.store(staged, new NewMedia(null, null, null, false)).entityId();
      return server.bean(Entities.class).find(id).orElseThrow();
    }
  }

  private StreamRequests.State ask() {
    return requests.ask(video.id(), false);
  }

  private Path folder() {
    return server.home().resolve("media/streams/video/mp4/media_" + video.id());
  }

  private void manifest() throws IOException {
    Files.createDirectories(folder());
    Files.writeString(folder().resolve("adaptive.m3u8"), "#EXTM3U\n");
  }

  @Test
  @DisplayName("AC-J06 Waiting ends, at the latest after 30 s, whatever the job does")
  void waitEnds() {
    assertThat(requests.ask(video.id(), true).making()).isTrue();
    assertThat(StreamRequests.LONGEST_WAIT).hasSeconds(30);
  }

  @Test
  @DisplayName("The job gets the original and the entity's folder")
  void order() {
    ask();

    assertThat(maker.orders).hasSize(1);
    assertThat(maker.orders.get(0).video())
        .isEqualTo(server.home().resolve("media").resolve(video.filePath()))
        .isRegularFile();
    assertThat(maker.orders.get(0).folder()).isEqualTo(folder());
  }

  @Test
  @DisplayName("A stream can be played once the job has begun and the manifest is there")
  void begun() throws IOException {
    ask();
    assertThat(ask().making()).isTrue();
    maker.jobs.put("job-1", new StreamMaker.Progress(true, false, null));
    assertThat(ask().making()).isTrue();
    manifest();

    assertThat(ask().manifest()).isEqualTo(folder().resolve("adaptive.m3u8"));
    assertThat(maker.orders).hasSize(1);
  }

  @Test
  @DisplayName("A manifest of an earlier try does not count before the job has begun")
  void notBegun() throws IOException {
    manifest();
    ask();

    assertThat(ask().making()).isTrue();
  }

  @Test
  @DisplayName("D-65 A failure stays, with its reason, also when its job is cleaned up")
  void failure() {
    ask();
    maker.jobs.put("job-1", new StreamMaker.Progress(false, true, "no frame can be decoded"));
    assertThat(ask().failure()).isEqualTo("no frame can be decoded");
    maker.jobs.clear();

    assertThat(ask().failure()).isEqualTo("no frame can be decoded");
    assertThat(maker.orders).hasSize(1);
  }

  @Test
  @DisplayName("A failed job that is tried again counts")
  void retried() throws IOException {
    ask();
    maker.jobs.put("job-1", new StreamMaker.Progress(false, true, "the disk is full"));
    ask();
    maker.jobs.put("job-1", new StreamMaker.Progress(true, true, null));
    manifest();

    assertThat(ask().manifest()).isNotNull();
  }

  @Test
  @DisplayName("What is ready stays ready without its job; without its files it is made again")
  void ready() throws IOException {
    ask();
    manifest();
    maker.jobs.put("job-1", new StreamMaker.Progress(true, true, null));
    ask();
    maker.jobs.clear();
    assertThat(ask().manifest()).isNotNull();
    Files.delete(folder().resolve("adaptive.m3u8"));

    assertThat(ask().making()).isTrue();
    assertThat(maker.orders).hasSize(2);
  }

  @Test
  @DisplayName("A job that somebody deleted half-way is replaced by another")
  void jobGone() {
    ask();
    maker.jobs.clear();

    assertThat(ask().making()).isTrue();
    assertThat(maker.orders).hasSize(2);
  }

  @Test
  @DisplayName("A wish that lost its job in a crash is made again, after half a minute")
  void crashed() {
    rows.wish(video.id());

    assertThat(ask().making()).isTrue();
    assertThat(maker.orders).isEmpty();
    clock.forward(Duration.ofSeconds(31));

    assertThat(ask().making()).isTrue();
    assertThat(maker.orders).hasSize(1);
  }

  @Test
  @DisplayName("Where no job can be started now, the next who asks tries again")
  void trouble() {
    maker.trouble = new RetryableException("the engine is away");
    assertThatThrownBy(this::ask).isSameAs(maker.trouble);
    maker.trouble = null;

    assertThat(ask().making()).isTrue();
    assertThat(maker.orders).hasSize(1);
  }

  @Test
  @DisplayName("An original that is missing is told, and looked for again the next time")
  void originalMissing() throws IOException {
    Path original = server.home().resolve("media").resolve(video.filePath());
    Path aside = original.resolveSibling("aside");
    Files.move(original, aside);
    assertThat(ask().failure()).contains("missing on disk");
    Files.move(aside, original);

    assertThat(ask().making()).isTrue();
  }

  @Test
  @DisplayName("Of two who make it again one is first, and a job nobody wishes for is called off")
  void races() {
    StreamRows.Row wish = rows.wish(video.id()).orElseThrow();
    assertThat(rows.wish(video.id())).isEmpty();
    StreamRows.Row next = rows.wishAgain(wish).orElseThrow();
    assertThat(rows.wishAgain(wish)).isEmpty();

    rows.begun(wish, "late");
    rows.begun(next, "right");

    assertThat(maker.withdrawn).containsExactly("late");
    assertThat(rows.find(video.id()).orElseThrow().jobId()).isEqualTo("right");
    rows.ended(wish, StreamRows.FAILED, "not any more");
    assertThat(rows.find(video.id()).orElseThrow().state()).isEqualTo(StreamRows.MAKING);
  }
}
