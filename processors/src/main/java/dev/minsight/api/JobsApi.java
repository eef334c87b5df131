package dev.minsight.api;

import dev.minsight.compute.Job;
import dev.minsight.compute.JobDesk;
import dev.minsight.compute.JobPage;
import dev.minsight.compute.JobQuery;
import dev.minsight.compute.JobStatus;
import dev.minsight.compute.JobSubmission;
import dev.minsight.compute.Parameters;
import dev.minsight.compute.Plugin;
import dev.minsight.compute.Plugins;
import dev.minsight.compute.Webhooks;
import dev.minsight.support.ApiException;
import dev.minsight.support.NotFoundException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;
import org.springframework.web.util.UriUtils;

/** {@code /jobs}: compute.md sections 3 to 5, and the additions of ours.md section 5. */
@Component("jobsApi")
class JobsApi {

  private static final int PRIORITY = 5;
  private static final int LEAST_URGENT = 10;
  private static final int MAX_LIMIT = 100;
  private static final int LIMIT = 20;

  private final JobDesk desk;
  private final Plugins plugins;
  private final Webhooks webhooks;

  JobsApi(JobDesk desk, Plugins plugins, Webhooks webhooks) {
    this.desk = desk;
    this.plugins = plugins;
    this.webhooks = webhooks;
  }

  /** POST: takes a job in. */
  public void submit(Exchange exchange) {
    String type = exchange.getIn().getHeader("plugin", String.class);
    Plugin<?, ?> plugin = plugins.find(type).orElseThrow(() -> new NotFoundException("Not Found"));
    Job job = desk.submit(submission(exchange, plugin));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("job_id", job.id());
    body.put("status", JobStatus.QUEUED.word());
    body.put("task_type", type);
    Wire.json(exchange, 200, body);
  }

  private <P extends Record> JobSubmission submission(Exchange exchange, Plugin<P, ?> plugin) {
    Form form = Form.of(exchange);
    Optional<Upload> upload = Upload.preferably(exchange, "file");
    String callback = form.text("callback_url").orElse(null);
    int priority = (int) form.number("priority", PRIORITY, 0, LEAST_URGENT);
    Optional<P> parameters = new JobForm(form).read(plugin);
    if (plugin.needsFile() && upload.isEmpty()) {
      form.wrong("file", "missing", "Field required", null);
    }
    form.check();
    if (callback != null) {
      webhooks.check(callback);
    }
    P chosen = parameters.orElseThrow();
    plugin.check(chosen, upload.isPresent());
    Map<String, Object> params = new LinkedHashMap<>();
    params.put("output_path", plugin.outputPath(chosen, upload.map(Upload::name).orElse("")));
    params.putAll(Parameters.write(chosen));
    return new JobSubmission(
        plugin.taskType(),
        priority,
        params,
        upload.map(file -> new JobSubmission.UploadedFile(file.name(), file)).orElse(null),
        Requests.caller(exchange).userId(),
        callback);
  }

  /** GET one. */
  public void get(Exchange exchange) {
    Wire.json(exchange, 200, JobView.of(desk.find(id(exchange))));
  }

  /** GET list, newest first. */
  public void list(Exchange exchange) {
    Form query = Form.query(exchange);
    int limit = (int) query.number("limit", LIMIT, 1, MAX_LIMIT);
    Optional<JobStatus> status = query.text("status").flatMap(word -> status(query, word));
    JobQuery.Place after = query.text("cursor").map(JobsApi::place).orElse(null);
    String type = query.text("task_type").orElse(null);
    query.check();
    JobPage page = desk.list(new JobQuery(status.orElse(null), type, after, limit));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("items", page.items().stream().map(JobView::of).toList());
    body.put("next_cursor", page.next() == null ? null : cursor(page.next()));
    Wire.json(exchange, 200, body);
  }

  private static Optional<JobStatus> status(Form query, String word) {
    String wanted = word.equals("error") ? JobStatus.FAILED.word() : word; // the reference's word
    Optional<JobStatus> found =
        Arrays.stream(JobStatus.values()).filter(s -> s.word().equals(wanted)).findFirst();
    if (found.isEmpty()) {
      query.notOneOf(
          "status", Arrays.stream(JobStatus.values()).map(JobStatus::word).toList(), word);
    }
    return found;
  }

  private static String cursor(JobQuery.Place place) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((place.createdAt() + "." + place.id()).getBytes(StandardCharsets.UTF_8));
  }

  private static JobQuery.Place place(String cursor) {
    try {
      String[] parts =
          new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8).split("\\.", 2);
      return new JobQuery.Place(Long.parseLong(parts[0]), UUID.fromString(parts[1]).toString());
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new ApiException(
          422, "cursor is none that this server gave; start again without a cursor");
    }
  }

  /** DELETE: the job, its files, and the work on it. */
  public void delete(Exchange exchange) {
    desk.delete(id(exchange));
    Wire.nothing(exchange);
  }

  /** POST cancel. */
  public void cancel(Exchange exchange) {
    String user = Requests.caller(exchange).userId();
    String by = user == null ? "a caller without an account" : "user " + user;
    Wire.json(exchange, 200, JobView.of(desk.cancel(id(exchange), by)));
  }

  /** POST retry. */
  public void retry(Exchange exchange) {
    String id = id(exchange);
    Wire.json(exchange, 200, JobView.of(Requests.caller(exchange).call(() -> desk.retry(id))));
  }

  /** GET and HEAD a file of the job. */
  public void file(Exchange exchange) {
    Object longer = Requests.of(exchange).getAttribute(Aliases.JOB_FILE);
    String path =
        UriUtils.decode(
            longer == null ? exchange.getIn().getHeader("path", String.class) : longer.toString(),
            StandardCharsets.UTF_8);
    FileAnswer.send(exchange, desk.file(id(exchange), path));
  }

  private static String id(Exchange exchange) {
    return exchange.getIn().getHeader("id", String.class);
  }
}
