package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.OpenServer;
import dev.minsight.testing.TestServer;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class IntelligenceTableTest {

  private static final long PHOTO = 900_000_001;

  private final TestServer server = OpenServer.shared();
  private final IntelligenceTable table = server.bean(IntelligenceTable.class);

  @Test
  @DisplayName("Why a step failed is still known when another step of the photo begins")
  void keepsTheReason() {
    rolledBack(
        () -> {
          table.step(PHOTO, Step.FACE_DETECTION, Intelligence.FAILED);
          table.overall(PHOTO, Intelligence.PROCESSING, "the picture is damaged", false);

          table.began(PHOTO, List.of(Step.CLIP_EMBEDDING, Step.DINO_EMBEDDING), true);

          Intelligence photo = table.find(PHOTO).orElseThrow();
          assertThat(photo.errorMessage()).isEqualTo("the picture is damaged");
          assertThat(photo.faceDetection()).isEqualTo(Intelligence.FAILED);
          assertThat(photo.clipEmbedding()).isEqualTo(Intelligence.PROCESSING);
          assertThat(photo.dinoEmbedding()).isEqualTo(Intelligence.PROCESSING);
        });
  }

  @Test
  @DisplayName("A retried step leaves its incident and its reason behind")
  void retryForgetsTheIncident() {
    rolledBack(
        () -> {
          table.overall(PHOTO, Intelligence.FAILED, "the model failed", true);

          table.began(PHOTO, List.of(), false);

          Intelligence photo = table.find(PHOTO).orElseThrow();
          assertThat(photo.overallStatus()).isEqualTo(Intelligence.PROCESSING);
          assertThat(photo.errorMessage()).isNull();
          assertThat(photo.incident()).isFalse();
        });
  }

  /** The server of other tests must never see the photo. */
  private void rolledBack(Runnable work) {
    new TransactionTemplate(server.bean(PlatformTransactionManager.class))
        .executeWithoutResult(
            transaction -> {
              transaction.setRollbackOnly();
              server
                  .bean(JdbcClient.class)
                  .sql("INSERT INTO entities (id, is_collection) VALUES (?, FALSE)")
                  .param(PHOTO)
                  .update();
              table.queue(PHOTO, "digest", 1, 5);
              work.run();
            });
  }
}
