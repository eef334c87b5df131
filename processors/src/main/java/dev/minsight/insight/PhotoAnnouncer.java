package dev.minsight.insight;

import dev.minsight.events.Announcements;
import dev.minsight.events.EntityStatus;
import dev.minsight.people.Faces;
import java.util.List;
import org.springframework.stereotype.Component;

/** Tells the world how far a photo has come, in the transaction that changed it. */
@Component
class PhotoAnnouncer {

  private final IntelligenceTable table;
  private final Faces faces;
  private final Announcements announcements;

  PhotoAnnouncer(IntelligenceTable table, Faces faces, Announcements announcements) {
    this.table = table;
    this.faces = faces;
    this.announcements = announcements;
  }

  void tell(long entityId) {
    table.find(entityId).ifPresent(row -> announcements.entity(status(row)));
  }

  private EntityStatus status(Intelligence row) {
    List<String> embeddings =
        row.faceCount() == null ? null : faces.embeddingStatuses(row.entityId());
    return new EntityStatus(
        row.entityId(),
        row.overallStatus(),
        row.updatedAt(),
        row.faceDetection(),
        row.faceCount(),
        row.clipEmbedding(),
        row.dinoEmbedding(),
        embeddings);
  }
}
