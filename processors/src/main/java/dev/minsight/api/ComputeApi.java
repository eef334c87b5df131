package dev.minsight.api;

import dev.minsight.compute.JobDesk;
import dev.minsight.compute.JobFolders;
import dev.minsight.compute.JobOverview;
import dev.minsight.compute.JobRetention;
import dev.minsight.compute.LocalWorkers;
import dev.minsight.compute.Plugins;
import dev.minsight.compute.WorkerDirectory;
import dev.minsight.events.WorkerCapability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** What workers can do, what there is to do, and the storage it takes; compute.md section 3. */
@Component("computeApi")
class ComputeApi {

  private static final int CLEANUP_DAYS = 7;
  private static final int MOST_DAYS = 36_500;

  private final WorkerDirectory workers;
  private final LocalWorkers local;
  private final Plugins plugins;
  private final PluginSchemas schemas;
  private final JobOverview overview;
  private final JobDesk desk;
  private final JobRetention retention;

  ComputeApi(
      WorkerDirectory workers,
      LocalWorkers local,
      Plugins plugins,
      PluginSchemas schemas,
      JobOverview overview,
      JobDesk desk,
      JobRetention retention) {
    this.workers = workers;
    this.local = local;
    this.plugins = plugins;
    this.schemas = schemas;
    this.overview = overview;
    this.desk = desk;
    this.retention = retention;
  }

  /** {@code GET /capabilities}. */
  public void capabilities(Exchange exchange) {
    Map<String, Integer> idle = workers.idle();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("num_workers", workers.living().size());
    body.put("capabilities", idle);
    body.put("waiting", waiting(overview.depths(), idle));
    Wire.json(exchange, 200, body);
  }

  /** Queued tasks that nobody takes now, and why. */
  private List<Map<String, Object>> waiting(
      List<JobOverview.Depth> depths, Map<String, Integer> served) {
    Map<String, String> reasons = local.waiting();
    List<Map<String, Object>> waiting = new ArrayList<>();
    for (JobOverview.Depth depth : depths) {
      if (depth.queued() > 0 && !served.containsKey(depth.taskType())) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("task_type", depth.taskType());
        line.put("queued", depth.queued());
        line.put(
            "reason",
            reasons.getOrDefault(depth.taskType(), "no worker that runs serves this task"));
        waiting.add(line);
      }
    }
    return waiting;
  }

  /** {@code GET /jobs/overview}: what the page about compute shows. */
  public void overview(Exchange exchange) {
    Map<String, List<JobOverview.Running>> running = overview.running();
    List<JobOverview.Depth> depths = overview.depths();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("queue", depths);
    body.put("waiting", waiting(depths, workers.idle()));
    body.put("workers", workers.living().stream().map(worker -> worker(worker, running)).toList());
    body.put("failures", overview.failures());
    body.put("storage", storage(retention.recentUsage()));
    body.put("memory", overview.memory());
    Wire.json(exchange, 200, body);
  }

  private static Map<String, Object> worker(
      WorkerCapability worker, Map<String, List<JobOverview.Running>> running) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("worker_id", worker.workerId());
    answer.put("capabilities", worker.capabilities());
    answer.put("idle_count", worker.idleCount());
    answer.put("running", running.getOrDefault(worker.workerId(), List.of()));
    return answer;
  }

  /** {@code POST /jobs/retry}: all that failed for one reason. */
  public void retryAll(Exchange exchange) {
    Form form = Form.of(exchange);
    String type = form.required("task_type");
    String reason = form.requiredButEmpty("reason");
    form.check();
    int retried =
        Requests.caller(exchange).call(() -> desk.retryAll(type, reason == null ? "" : reason));
    Wire.json(exchange, 200, Map.of("retried", retried));
  }

  /** {@code GET /plugins}. */
  public void plugins(Exchange exchange) {
    Wire.json(exchange, 200, plugins.all().stream().map(schemas::describe).toList());
  }

  /** {@code GET /admin/jobs/storage/size}. */
  public void storage(Exchange exchange) {
    Wire.json(exchange, 200, storage(retention.usage()));
  }

  private static Map<String, Object> storage(JobFolders.Usage usage) {
    Map<String, Object> storage = new LinkedHashMap<>();
    storage.put("total_size", usage.bytes());
    storage.put("job_count", usage.jobs());
    return storage;
  }

  /** {@code DELETE /admin/jobs/cleanup}. */
  public void cleanUp(Exchange exchange) {
    Form query = Form.query(exchange);
    long days = query.number("days", CLEANUP_DAYS, 0, MOST_DAYS);
    query.check();
    JobRetention.Removed removed = retention.olderThan(Duration.ofDays(days));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("deleted_count", removed.jobs());
    body.put("freed_space", removed.bytes());
    Wire.json(exchange, 200, body);
  }
}
