package dev.minsight.api;

import dev.minsight.compute.Assigned;
import dev.minsight.compute.RemoteWorkers;
import dev.minsight.compute.WorkerDesk;
import dev.minsight.support.ApiException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** {@code /workers}: what a worker that is a process of its own ({@code minsight worker}) needs. */
@Component("workersApi")
class WorkersApi {

  private static final int MOST_IDLE = 1000;
  private static final int MOST_TASKS = 1000;
  private static final int SHORTEST_LEASE = 5;
  private static final int LONGEST_LEASE = 3600;
  private static final int MOST_PROGRESS = 99;

  private final WorkerDesk desk;
  private final RemoteWorkers workers;

  WorkersApi(WorkerDesk desk, RemoteWorkers workers) {
    this.desk = desk;
    this.workers = workers;
  }

  /** PUT: a worker tells that it lives and what it can do. */
  public void announce(Exchange exchange) {
    Form form = Form.of(exchange);
    String worker = worker(exchange);
    List<String> tasks = form.names("tasks").orElse(List.of());
    int idle = (int) form.number("idle", 0, 0, MOST_IDLE);
    form.check();
    workers.announce(worker, tasks, idle);
    Wire.json(exchange, 200, Map.of("models", desk.models()));
  }

  /** DELETE: it stops. */
  public void leave(Exchange exchange) {
    workers.leave(worker(exchange));
    Wire.nothing(exchange);
  }

  /** POST tasks: it takes some. */
  public void fetch(Exchange exchange) {
    Form form = Form.of(exchange);
    String worker = worker(exchange);
    if (!form.sent("tasks")) {
      form.required("tasks");
    }
    List<String> tasks = form.names("tasks").orElse(List.of());
    int max = (int) form.number("max", 1, 1, MOST_TASKS);
    Duration lease = lease(form);
    form.check();
    Wire.json(
        exchange,
        200,
        Map.of(
            "tasks",
            desk.fetch(worker, tasks, max, lease).stream().map(WorkersApi::order).toList()));
  }

  private static Duration lease(Form form) {
    return Duration.ofSeconds(form.number("lease_seconds", 30, SHORTEST_LEASE, LONGEST_LEASE));
  }

  private static Map<String, Object> order(Assigned assigned) {
    Map<String, Object> order = new LinkedHashMap<>();
    order.put("id", assigned.task().id());
    order.put("lease", assigned.task().holder());
    order.put("group", assigned.task().group());
    order.put("job", JobView.of(assigned.job()));
    return order;
  }

  /** POST begin. */
  public void begin(Exchange exchange) {
    Form form = Form.of(exchange);
    String lease = form.required("lease");
    form.check();
    Wire.json(exchange, 200, Map.of("deaths", desk.begin(task(exchange), lease)));
  }

  /** GET one of a task's inputs. */
  public void input(Exchange exchange) {
    Form query = Form.query(exchange);
    String lease = query.required("lease");
    String path = query.required("path");
    query.check();
    FileAnswer.send(exchange, desk.input(task(exchange), lease, path));
  }

  /** POST lease: the worker is still at it, maybe further than before. */
  public void extend(Exchange exchange) {
    Form form = Form.of(exchange);
    String lease = form.required("lease");
    Duration longer = lease(form);
    boolean progress = form.sent("progress");
    int percent = (int) form.number("progress", 0, 0, MOST_PROGRESS);
    form.check();
    if (progress) {
      desk.progress(task(exchange), lease, percent);
    } else {
      desk.extend(task(exchange), lease, longer);
    }
    Wire.nothing(exchange);
  }

  /** POST result. */
  public void result(Exchange exchange) {
    Form form = Form.of(exchange);
    String lease = form.required("lease");
    form.check();
    desk.result(task(exchange), lease, Upload.of(exchange, "file").orElse(null));
    Wire.nothing(exchange);
  }

  /** POST failure: why there is no result. */
  public void failed(Exchange exchange) {
    Form form = Form.of(exchange);
    String lease = form.required("lease");
    String word = form.required("outcome");
    List<String> words =
        Arrays.stream(WorkerDesk.Outcome.values())
            .map(outcome -> outcome.name().toLowerCase(Locale.ROOT))
            .toList();
    if (!word.isEmpty() && !words.contains(word)) {
      form.notOneOf("outcome", words, word);
    }
    form.check();
    desk.failed(
        task(exchange),
        lease,
        WorkerDesk.Outcome.valueOf(word.toUpperCase(Locale.ROOT)),
        form.text("reason").orElse("the worker gave no reason"),
        form.text("details").orElse(""));
    Wire.nothing(exchange);
  }

  private static String worker(Exchange exchange) {
    String worker = exchange.getIn().getHeader("worker", String.class);
    if (!worker.matches("[A-Za-z0-9._-]{1,100}")) {
      throw new ApiException(
          422, "a worker's name is 1 to 100 letters, digits, dots, dashes and underscores");
    }
    return worker;
  }

  private static String task(Exchange exchange) {
    return exchange.getIn().getHeader("task", String.class);
  }
}
