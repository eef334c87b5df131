package dev.minsight.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Two clients that hand jobs in over HTTP. How far they are is read from the database. */
final class JobClients {

  private static final int CLIENTS = 2;
  private static final Duration LIMIT = Duration.ofMinutes(20);
  private static final String ENDED =
      "SELECT COUNT(*) FROM jobs WHERE status IN ('completed', 'failed')";

  private final ServerProcess server;
  private final Path inputs;
  private final Client client = new Client();

  JobClients(ServerProcess server, Path inputs) {
    this.server = server;
    this.inputs = inputs;
  }

  /**
   * Hands jobs in and waits until the last one has ended.
   *
   * @param jobs in their order
   */
  void run(List<JobKind> jobs) throws IOException, InterruptedException, SQLException {
    long before = server.number(ENDED);
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Future<?>> clients =
          IntStream.range(0, CLIENTS)
              .<Future<?>>mapToObj(first -> threads.submit(() -> submit(jobs, first)))
              .toList();
      for (Future<?> each : clients) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("jobs could not be handed in", e.getCause());
    } finally {
      threads.shutdownNow();
    }
    await(before + jobs.size());
  }

  private Void submit(List<JobKind> jobs, int first) throws IOException, InterruptedException {
    for (int i = first; i < jobs.size(); i += CLIENTS) {
      JobKind kind = jobs.get(i);
      client.post(
          server.compute("/jobs/" + kind.taskType()),
          kind.parameters(),
          "file",
          inputs.resolve(kind.input()));
    }
    return null;
  }

  private void await(long ended) throws IOException, InterruptedException, SQLException {
    long until = System.nanoTime() + LIMIT.toNanos();
    while (server.number(ENDED) < ended) {
      if (System.nanoTime() > until) {
        throw new IOException("after " + LIMIT + " jobs are still open");
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    long failed = server.number("SELECT COUNT(*) FROM jobs WHERE status = 'failed'");
    if (failed > 0) {
      throw new IOException(failed + " jobs failed; see the server's log");
    }
  }
}
