package dev.minsight.api;

import dev.minsight.events.Announcements;
import dev.minsight.events.RetainedStatuses;
import dev.minsight.insight.FaceStep;
import dev.minsight.insight.OrphanVectors;
import dev.minsight.people.Face;
import dev.minsight.people.FaceFiles;
import dev.minsight.store.Entities;
import dev.minsight.store.OrphanFiles;
import dev.minsight.support.RetryableException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** {@code /system}: what is left over, and clearing it away; store.md section 9. */
@Component("systemApi")
class SystemApi {

  private static final Logger LOG = LoggerFactory.getLogger(SystemApi.class);

  /** Younger files may be uploads on their way, seconds. */
  private static final long MIN_AGE = 3600;

  private static final long TEN_YEARS = 315_360_000;

  private final OrphanFiles files;
  private final FaceFiles faces;
  private final FaceStep faceStep;
  private final OrphanVectors vectors;
  private final RetainedStatuses statuses;
  private final Announcements announcements;
  private final Entities entities;
  private final TransactionTemplate write;
  private final Clock clock;

  SystemApi(
      OrphanFiles files,
      FaceFiles faces,
      FaceStep faceStep,
      OrphanVectors vectors,
      RetainedStatuses statuses,
      Announcements announcements,
      Entities entities,
      PlatformTransactionManager transactions,
      Clock clock) {
    this.files = files;
    this.faces = faces;
    this.faceStep = faceStep;
    this.vectors = vectors;
    this.statuses = statuses;
    this.announcements = announcements;
    this.entities = entities;
    this.write = new TransactionTemplate(transactions);
    this.clock = clock;
  }

  private record Found(
      List<OrphanFiles.Orphan> files,
      List<Face> faces,
      List<OrphanVectors.Orphan> vectors,
      List<RetainedStatuses.Orphan> statuses) {}

  /** GET audit: looks and changes nothing. */
  public void audit(Exchange exchange) {
    Wire.json(exchange, 200, listed(find(minAge(exchange))));
  }

  /** POST clear-orphans: looks, removes what it found and tells how much. */
  public void clear(Exchange exchange) {
    Form form = Form.of(exchange);
    boolean dryRun = form.flag("dry_run").orElse(false);
    form.check();
    Found found = find(minAge(exchange));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("files_deleted", dryRun ? found.files().size() : files.remove(found.files()));
    body.put("faces_deleted", dryRun ? found.faces().size() : removeFaces(found.faces()));
    body.put("vectors_deleted", dryRun ? found.vectors().size() : vectors.remove(found.vectors()));
    body.put("mqtt_cleared", dryRun ? found.statuses().size() : clear(found.statuses()));
    Wire.json(exchange, 200, body);
  }

  private static Duration minAge(Exchange exchange) {
    Form form = Form.of(exchange);
    long seconds = form.number("min_age", MIN_AGE, 0, TEN_YEARS);
    form.check();
    return Duration.ofSeconds(seconds);
  }

  private Found find(Duration minAge) {
    return new Found(files.find(minAge), faces.orphans(), vectors.find(), orphanStatuses());
  }

  /** Without a broker nobody sees a status, so nothing is left over. */
  private List<RetainedStatuses.Orphan> orphanStatuses() {
    try {
      Set<Long> retained = statuses.entities();
      retained.removeAll(entities.existing(retained));
      return statuses.orphans(retained);
    } catch (RetryableException e) {
      LOG.warn("Retained statuses are left out of the audit: {}", e.getMessage());
      return List.of();
    }
  }

  private int removeFaces(List<Face> orphans) {
    orphans.forEach(faceStep::delete);
    return orphans.size();
  }

  private int clear(List<RetainedStatuses.Orphan> orphans) {
    write.executeWithoutResult(
        tx -> orphans.forEach(orphan -> announcements.clearEntity(orphan.entityId())));
    return orphans.size();
  }

  private Map<String, Object> listed(Found found) {
    long now = clock.millis();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("orphaned_files", found.files().stream().map(file -> file(file, now)).toList());
    body.put(
        "orphaned_faces",
        found.faces().stream()
            .map(
                face ->
                    item(
                        now,
                        "face_id",
                        face.id(),
                        "entity_id",
                        face.entityId(),
                        "file_path",
                        face.filePath()))
            .toList());
    body.put(
        "orphaned_vectors",
        found.vectors().stream()
            .map(
                vector ->
                    item(now, "vector_id", vector.id(), "collection_name", vector.collection()))
            .toList());
    body.put(
        "orphaned_mqtt",
        found.statuses().stream()
            .map(status -> item(now, "entity_id", status.entityId(), "topic", status.topic()))
            .toList());
    return body;
  }

  private static Map<String, Object> file(OrphanFiles.Orphan file, long now) {
    return item(
        now,
        "file_path",
        file.path(),
        "absolute_path",
        file.absolute().toString(),
        "file_size",
        file.size(),
        "last_modified",
        file.modifiedMillis());
  }

  private static Map<String, Object> item(long now, Object... namesAndValues) {
    Map<String, Object> item = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      item.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    item.put("timestamp", now);
    return item;
  }
}
