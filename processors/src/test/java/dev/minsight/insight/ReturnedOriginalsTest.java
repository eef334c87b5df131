package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.compute.WorkerDesk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Which photos go on by themselves; that the file of a photo coming back is enough, TroubleTest.
 */
class ReturnedOriginalsTest {

  private final HandWorker worker = HandWorker.shared();
  private final PhotoServer photos = worker.server();
  private final ReturnedOriginals returned = photos.bean(ReturnedOriginals.class);

  private long withFace() {
    long id = photos.upload("returned.png", HandWorker.picture());
    worker.firstSteps(id, 1);
    return id;
  }

  /** Uses up all tries of the embedding of a photo's faces. */
  private void failEmbedding(long id, String reason) {
    await()
        .atMost(PhotoServer.LONG)
        .until(
            () -> {
              worker.fail(worker.take(id, "face_embedding"), WorkerDesk.Outcome.RETRYABLE, reason);
              return photos.row(id).incident();
            });
  }

  /** Steps of a photo that wait for somebody. */
  private long incidents(long id) {
    return photos.engine().incidents(photos.row(id).processId());
  }

  @Test
  @DisplayName("A photo whose crop is missing waits for the crop; its own file does not count")
  void crop() throws IOException {
    long id = withFace();
    JsonNode face = photos.faces(id).get(0);
    Path crop = photos.home().resolve("media").resolve(face.get("file_path").asText());
    Path aside = Files.move(crop, photos.home().resolve("crop-" + id));
    failEmbedding(id, "the file 0.png is missing on disk");

    returned.resume();
    assertThat(incidents(id)).isOne();

    Files.move(aside, crop);
    worker.embed(id, HandWorker.unit(128, id));
    photos.awaitStatus(id, "completed");
  }

  @Test
  @DisplayName("A photo of unknown size goes on when a file lies there again")
  void unknownSize() throws IOException {
    long id = withFace();
    photos
        .jdbc()
        .sql("UPDATE entities SET file_size = NULL WHERE id = :id")
        .param("id", id)
        .update();
    Path original = photos.original(id);
    Path aside = Files.move(original, photos.home().resolve("original-" + id));
    failEmbedding(id, "the file " + original.getFileName() + " is missing on disk");

    returned.resume();
    assertThat(incidents(id)).isOne();

    Files.move(aside, original);
    worker.embed(id, HandWorker.unit(128, id));
    photos.awaitStatus(id, "completed");
  }

  @Test
  @DisplayName("A photo that failed for another reason waits for somebody")
  void anotherReason() {
    long id = withFace();
    failEmbedding(id, "the disk is full");

    returned.resume();

    assertThat(incidents(id)).isOne();
    assertThat(photos.state(id).get("error_message").asText()).isEqualTo("the disk is full");
    photos.delete(id);
  }
}
