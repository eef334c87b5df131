package dev.minsight.api;

import dev.minsight.compute.Job;
import dev.minsight.compute.Jobs;
import dev.minsight.insight.Embeddings;
import dev.minsight.insight.Intelligence;
import dev.minsight.insight.IntelligenceTable;
import dev.minsight.insight.VectorCollections;
import dev.minsight.people.Face;
import dev.minsight.people.Faces;
import dev.minsight.people.Persons;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** The JSON of what is known of an entity: its state, jobs, faces and persons. */
@Component
class IntelligenceAnswers {

  private final IntelligenceTable table;
  private final Embeddings embeddings;
  private final VectorCollections collections;
  private final Faces faces;
  private final Jobs jobs;

  IntelligenceAnswers(
      IntelligenceTable table,
      Embeddings embeddings,
      VectorCollections collections,
      Faces faces,
      Jobs jobs) {
    this.table = table;
    this.embeddings = embeddings;
    this.collections = collections;
    this.faces = faces;
    this.jobs = jobs;
  }

  /** By entity, {@code EntityIntelligenceData} of those that have any. */
  Map<Long, Map<String, Object>> intelligence(Collection<Long> ids) {
    return intelligence(table.find(ids));
  }

  /** {@code EntityIntelligenceData} of each entity. */
  Map<Long, Map<String, Object>> intelligence(Map<Long, Intelligence> rows) {
    Map<Long, Map<String, Object>> answers = new LinkedHashMap<>();
    Map<Long, Map<String, String>> models = models(rows.keySet());
    rows.forEach(
        (id, row) -> answers.put(id, intelligence(row, models.getOrDefault(id, Map.of()))));
    return answers;
  }

  private Map<Long, Map<String, String>> models(Collection<Long> ids) {
    Map<Long, Map<String, String>> models = new LinkedHashMap<>();
    for (Embeddings.Served served : embeddings.models(ids)) {
      Map<String, String> ofEntity =
          models.computeIfAbsent(served.entityId(), id -> new TreeMap<>());
      String task = served.kind() + "_embedding";
      // Beside the vectors in use there may be those of a former model, or of one to come.
      if (collections.serves(task, served.modelId())) {
        ofEntity.put(task, served.modelId());
      } else {
        ofEntity.putIfAbsent(task, served.modelId());
      }
    }
    return models;
  }

  private Map<String, Object> intelligence(Intelligence row, Map<String, String> models) {
    List<Face> found = row.faceCount() == null ? List.of() : faces.ofEntity(row.entityId());
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("face_detection", row.faceDetection());
    status.put("clip_embedding", row.clipEmbedding());
    status.put("dino_embedding", row.dinoEmbedding());
    status.put("hls_streaming", Intelligence.PENDING);
    status.put(
        "face_embeddings",
        row.faceCount() == null ? null : found.stream().map(Face::embeddingStatus).toList());
    List<Job> all = jobs.ofEntity(row.entityId());
    Map<String, String> served = new TreeMap<>(models);
    found.stream().findFirst().ifPresent(face -> served.put("face_detection", face.modelId()));
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("overall_status", row.overallStatus());
    answer.put("last_processed_md5", row.processedMd5());
    answer.put("last_processed_version", row.processedVersion());
    answer.put("face_count", row.faceCount());
    answer.put("active_processing_md5", row.terminal() ? null : row.processingMd5());
    answer.put(
        "active_jobs",
        // Describing it again by another model is not what its status waits for.
        all.stream()
            .filter(job -> !job.status().terminal() && job.generation() != null)
            .map(this::job)
            .toList());
    answer.put(
        "job_history", all.stream().filter(job -> job.status().terminal()).map(this::job).toList());
    answer.put("inference_status", status);
    answer.put("last_updated", row.updatedAt());
    answer.put("error_message", row.errorMessage());
    answer.put("models", served);
    return answer;
  }

  /** The union of what old and new clients read of a job. */
  Map<String, Object> job(Job job) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("id", rowNumber(job.id()));
    answer.put("entity_id", job.entityId());
    answer.put("job_id", job.id());
    answer.put("task_type", job.taskType());
    answer.put("status", job.status().word());
    answer.put("progress", job.progress());
    answer.put("started_at", job.startedAt() == null ? job.createdAt() : job.startedAt());
    answer.put("created_at", job.createdAt());
    answer.put("updated_at", job.updatedAt());
    answer.put("completed_at", job.completedAt());
    answer.put("error_message", job.errorMessage());
    answer.put("attempt", job.attempt());
    answer.put("model_id", job.modelId());
    return answer;
  }

  /**
   * Old clients read the id of a job's row as a number; ours have none. The first bits of the job's
   * random id stand in, no more than JSON readers hold exactly (2^53).
   */
  private static long rowNumber(String jobId) {
    return UUID.fromString(jobId).getMostSignificantBits() >>> 11;
  }

  static Map<String, Object> face(Face face) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("id", face.id());
    answer.put("entity_id", face.entityId());
    answer.put("bbox", face.bbox());
    answer.put("confidence", face.confidence());
    answer.put("landmarks", face.landmarks());
    answer.put("file_path", face.filePath());
    answer.put("created_at", face.createdAt());
    answer.put("known_person_id", face.knownPersonId());
    answer.put("embedding_status", face.embeddingStatus());
    answer.put("model_id", face.modelId());
    if (face.timeMs() != null) {
      answer.put("time_ms", face.timeMs());
    }
    return answer;
  }

  static Map<String, Object> person(Persons.Counted person) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("id", person.id());
    answer.put("name", person.name());
    answer.put("created_at", person.createdAt());
    answer.put("updated_at", person.updatedAt());
    answer.put("face_count", person.faceCount());
    return answer;
  }
}
