package dev.minsight.api;

import dev.minsight.compute.Job;
import dev.minsight.compute.JobDesk;
import dev.minsight.compute.JobWatch;
import dev.minsight.support.NotFoundException;
import dev.minsight.support.RetryableException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.apache.camel.Exchange;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * {@code GET /jobs/{id}/events}: server-sent events (HTML standard, section 9.2). Every change of
 * the job is one event with the whole job as its data; the stream ends with the job.
 */
@Component("jobEventsApi")
class JobEventsApi {

  /** Each follower keeps a thread of the server. */
  private static final int MOST_FOLLOWERS = 50;

  /** So often a comment is sent, or proxies end a silent connection. */
  private static final Duration SILENCE = Duration.ofSeconds(15);

  private final JobDesk desk;
  private final JobWatch watch;
  private final Semaphore places = new Semaphore(MOST_FOLLOWERS);
  private volatile boolean closing;

  JobEventsApi(JobDesk desk, JobWatch watch) {
    this.desk = desk;
    this.watch = watch;
  }

  /** GET: answers until the job has ended, is gone, or nobody listens any more. */
  public void follow(Exchange exchange) {
    String id = exchange.getIn().getHeader("id", String.class);
    Job job = desk.find(id);
    if (!places.tryAcquire()) {
      throw new RetryableException(
          "more than " + MOST_FOLLOWERS + " clients follow jobs already; ask GET /jobs/" + id);
    }
    HttpServletResponse response = Requests.response(exchange);
    try {
      response.setStatus(HttpServletResponse.SC_OK);
      response.setHeader("Content-Type", "text/event-stream");
      response.setHeader("Cache-Control", "no-store");
      response.setHeader("X-Accel-Buffering", "no");
      stream(job, response.getOutputStream());
    } catch (IOException e) {
      ClientGone.note(Requests.of(exchange));
    } finally {
      places.release();
    }
    Wire.written(exchange, HttpServletResponse.SC_OK);
  }

  /** The server stops: it must not wait for jobs to end. */
  @EventListener
  void closing(ContextClosedEvent event) {
    closing = true;
  }

  private void stream(Job first, OutputStream out) throws IOException {
    Job job = first;
    long said = System.nanoTime();
    try (JobWatch.Ear ear = watch.listen(job.id())) {
      send(out, job);
      while (!job.status().terminal() && !closing && !Thread.currentThread().isInterrupted()) {
        ear.await();
        Job now;
        try {
          now = desk.find(job.id());
        } catch (NotFoundException e) {
          write(out, "event: deleted\ndata: {}\n\n");
          return;
        }
        if (!now.equals(job)) {
          send(out, now);
          job = now;
          said = System.nanoTime();
        } else if (System.nanoTime() - said > SILENCE.toNanos()) {
          write(out, ": still there\n\n");
          said = System.nanoTime();
        }
      }
    }
  }

  private static void send(OutputStream out, Job job) throws IOException {
    String data;
    try {
      data = Wire.JSON.writeValueAsString(JobView.of(job));
    } catch (IOException e) {
      throw new UncheckedIOException("a job cannot be written as JSON", e);
    }
    write(
        out,
        "event: " + job.status().word() + "\nid: " + job.updatedAt() + "\ndata: " + data + "\n\n");
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
