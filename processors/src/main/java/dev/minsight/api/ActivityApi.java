package dev.minsight.api;

import dev.minsight.compute.LocalWorkers;
import dev.minsight.events.MInsightStatus;
import dev.minsight.events.MInsightStatuses;
import dev.minsight.ingest.RecentClaims;
import dev.minsight.ingest.Waiting;
import dev.minsight.ingest.WatchedFolders;
import dev.minsight.insight.Failures;
import dev.minsight.insight.IntelligenceTable;
import dev.minsight.insight.ModelUpgrades;
import dev.minsight.insight.Pauses;
import dev.minsight.insight.Reprocess;
import dev.minsight.insight.UpgradeProgress;
import dev.minsight.ml.ServingModel;
import dev.minsight.ml.VisionModels;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.springframework.boot.actuate.health.CompositeHealth;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthComponent;
import org.springframework.boot.actuate.health.HealthEndpoint;
import org.springframework.boot.actuate.health.Status;
import org.springframework.stereotype.Component;

/** {@code GET /activity}: what came in, what waits, what failed and which models serve, at once. */
@Component("activityApi")
class ActivityApi {

  private static final int RECENT = 50;

  private final RecentClaims claims;
  private final WatchedFolders folders;
  private final IntelligenceTable table;
  private final Failures failures;
  private final LocalWorkers workers;
  private final VisionModels models;
  private final ModelUpgrades upgrades;
  private final HealthEndpoint health;
  private final MInsightStatuses statuses;
  private final Pauses pauses;
  private final Reprocess reprocess;
  private final Clock clock;

  ActivityApi(
      RecentClaims claims,
      WatchedFolders folders,
      IntelligenceTable table,
      Failures failures,
      LocalWorkers workers,
      VisionModels models,
      ModelUpgrades upgrades,
      HealthEndpoint health,
      MInsightStatuses statuses,
      Pauses pauses,
      Reprocess reprocess,
      Clock clock) {
    this.claims = claims;
    this.folders = folders;
    this.table = table;
    this.failures = failures;
    this.workers = workers;
    this.models = models;
    this.upgrades = upgrades;
    this.health = health;
    this.statuses = statuses;
    this.pauses = pauses;
    this.reprocess = reprocess;
    this.clock = clock;
  }

  /** Answers with everything the first page shows beside the photos. */
  public void now(Exchange exchange) {
    List<Map<String, Object>> waiting = waiting();
    Map<String, Object> counts = new LinkedHashMap<>(table.counts());
    counts.put("waiting", waiting.size());
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("ingest", claims.newest(RECENT).stream().map(ActivityApi::claim).toList());
    answer.put("counts", counts);
    answer.put("waiting", waiting);
    answer.put("failed", failed());
    answer.put("models", models());
    answer.put("health", health());
    answer.put("pause", pauses.current().map(PipelineApi::answer).orElse(null));
    answer.put("reprocess", reprocess.open().stream().map(ReprocessApi::request).toList());
    Wire.json(exchange, 200, answer);
  }

  /** {@code GET /m_insight/status}: the last status heard; never null. */
  public void status(Exchange exchange) {
    Wire.json(
        exchange, 200, statuses.last().orElseGet(() -> MInsightStatus.unknown(clock.millis())));
  }

  private static Map<String, Object> claim(RecentClaims.Taken taken) {
    Map<String, Object> claim = new LinkedHashMap<>();
    claim.put("name", taken.name());
    claim.put("folder", taken.root().toString());
    claim.put("status", taken.status());
    claim.put("reason", taken.reason());
    claim.put("entity_id", taken.entityId());
    claim.put("at", taken.at().toEpochMilli());
    return claim;
  }

  private List<Map<String, Object>> waiting() {
    List<Map<String, Object>> waiting = new ArrayList<>();
    workers.waiting().forEach((task, reason) -> waiting.add(waits(task, reason)));
    for (Waiting folder : folders.waiting()) {
      waiting.add(waits(folder.folder().toString(), folder.reason()));
    }
    return waiting;
  }

  private static Map<String, Object> waits(String what, String reason) {
    Map<String, Object> waits = new LinkedHashMap<>();
    waits.put("what", what);
    waits.put("reason", reason);
    return waits;
  }

  private List<Map<String, Object>> failed() {
    return Stream.concat(
            failures.newest(RECENT).stream().map(ActivityApi::failure),
            claims.refused(RECENT).stream().map(ActivityApi::refusal))
        .toList();
  }

  private static Map<String, Object> refusal(RecentClaims.Refused refused) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("entity_id", null);
    answer.put("label", refused.name());
    answer.put("file", refused.file().toString());
    answer.put("reason", refused.reason());
    answer.put("at", refused.at().toEpochMilli());
    return answer;
  }

  private static Map<String, Object> failure(Failures.Failed failed) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("entity_id", failed.entityId());
    answer.put("label", failed.label());
    answer.put("reason", failed.reason());
    answer.put("at", failed.at());
    answer.put(
        "cockpit_url",
        failed.incident() ? IntelligenceExtras.cockpit(failed.processId(), true) : null);
    return answer;
  }

  private List<Map<String, Object>> models() {
    List<Map<String, Object>> answers = new ArrayList<>();
    models
        .status()
        .forEach(
            (task, model) -> {
              Map<String, Object> answer = new LinkedHashMap<>();
              answer.put("task", task);
              boolean ready = model instanceof ServingModel.Ready;
              answer.put("model_id", ready ? ((ServingModel.Ready) model).spec().id() : null);
              answer.put("lite", ready && ((ServingModel.Ready) model).spec().lite());
              answer.put("state", ready ? "ready" : "waiting");
              answer.put("reason", ready ? null : ((ServingModel.Waiting) model).reason());
              answer.put("upgrade", upgrade(task));
              answers.add(answer);
            });
    return answers;
  }

  private Map<String, Object> upgrade(String task) {
    return upgrades.progress().stream()
        .filter(progress -> progress.task().equals(task))
        .findFirst()
        .map(ActivityApi::upgrade)
        .orElse(null);
  }

  private static Map<String, Object> upgrade(UpgradeProgress progress) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("from", progress.from());
    answer.put("to", progress.to());
    answer.put("done", progress.done());
    answer.put("total", progress.total());
    answer.put("failed", progress.failed());
    answer.put("eta_seconds", progress.etaSeconds());
    answer.put("reason", progress.reason());
    answer.put("text", progress.words());
    return answer;
  }

  private Map<String, Object> health() {
    HealthComponent all = health.health();
    List<String> reasons = new ArrayList<>();
    if (all instanceof CompositeHealth parts) {
      parts
          .getComponents()
          .forEach(
              (name, part) -> {
                if (!part.getStatus().equals(Status.UP)) {
                  reasons.add(name + reason(part));
                }
              });
    }
    return Map.of("status", all.getStatus().getCode(), "reasons", reasons);
  }

  private static String reason(HealthComponent part) {
    return part instanceof Health health && health.getDetails().containsKey("reason")
        ? ": " + health.getDetails().get("reason")
        : " is " + part.getStatus().getCode();
  }
}
