package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.compute.JobFolders;
import dev.minsight.compute.Jobs;
import dev.minsight.compute.NewJob;
import dev.minsight.compute.TaskTypes;
import dev.minsight.ml.Npy;
import dev.minsight.people.Face;
import dev.minsight.people.Faces;
import dev.minsight.support.IdCounter;
import dev.minsight.testing.Contract;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.Race;
import dev.minsight.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Several photos of somebody new whose faces are embedded at the same moment. */
class NewcomerRaceTest {

  private static final int PHOTOS = 6;
  private static final String MODEL = "face-embedding-lite";

  private final TestServer server = OpenServer.shared();
  private final Faces faces = server.bean(Faces.class);

  /** A photo with one face whose embedding is done, and the job that holds it. */
  private record Embedded(long photo, String job) {}

  private static float[] newcomer(long seed) {
    float[] vector = new float[128];
    Random random = new Random(seed);
    double squares = 0;
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) random.nextGaussian();
      squares += vector[i] * vector[i];
    }
    for (int i = 0; i < vector.length; i++) {
      vector[i] /= (float) Math.sqrt(squares);
    }
    return vector;
  }

  private Embedded embedded(float[] vector) throws IOException {
    JdbcClient jdbc = server.bean(JdbcClient.class);
    TransactionTemplate write =
        new TransactionTemplate(server.bean(PlatformTransactionManager.class));
    Embedded made =
        write.execute(
            tx -> {
              long id = server.bean(IdCounter.class).next("entity");
              jdbc.sql("INSERT INTO entities (id, is_collection) VALUES (:id, FALSE)")
                  .param("id", id)
                  .update();
              server.bean(IntelligenceTable.class).queue(id, "md5-" + id, 1, 5);
              server.bean(IntelligenceTable.class).launched(id);
              // The sweep looks for the process of what is in work; this has none.
              server.bean(IntelligenceTable.class).overall(id, "failed", null, true);
              faces.add(
                  new Face(
                      id * Faces.PER_PHOTO,
                      id,
                      0,
                      "md5-" + id,
                      "test-detector",
                      Map.of("x1", 0, "y1", 0, "x2", 1, "y2", 1),
                      Map.of(),
                      0.9,
                      "faces/" + id + "/0.png",
                      "pending",
                      1,
                      null,
                      null));
              String job =
                  server
                      .bean(Jobs.class)
                      .create(
                          new NewJob(
                              TaskTypes.FACE_EMBEDDING,
                              id,
                              1,
                              5,
                              Map.of("faces", List.of("faces/" + id + "/0.png")),
                              null));
              return new Embedded(id, job);
            });
    Path folder = server.bean(JobFolders.class).fresh(made.job());
    Files.write(folder.resolve("output/face_0.npy"), Npy.write(vector));
    Files.writeString(
        folder.resolve("result.json"), "{\"output\":{},\"modelId\":\"" + MODEL + "\"}");
    return made;
  }

  @Test
  @DisplayName(
      "AC-L13 Photos of a newcomer matched at the same moment give one person, not several")
  @Contract({"pipeline.md 5 serialized", "pipeline.md 5 vector is stored"})
  void onePerson() throws Exception {
    float[] vector = newcomer(System.nanoTime());
    List<Embedded> photos = new ArrayList<>();
    for (int i = 0; i < PHOTOS; i++) {
      photos.add(embedded(vector));
    }
    PhotoSteps steps = server.bean(PhotoSteps.class);
    Race.run(
        PHOTOS,
        n ->
            () -> {
              steps.matchPeople(photos.get(n).photo(), 1, photos.get(n).job());
              return null;
            });

    assertThat(photos)
        .extracting(photo -> faces.ofEntity(photo.photo()).get(0).knownPersonId())
        .doesNotContainNull()
        .containsOnly(faces.ofEntity(photos.get(0).photo()).get(0).knownPersonId());
  }

  @Test
  @DisplayName("AC-N13 A result that comes for a content that is gone changes nothing")
  void contentIsGone() throws IOException {
    Embedded photo = embedded(newcomer(7));
    TransactionTemplate write =
        new TransactionTemplate(server.bean(PlatformTransactionManager.class));
    write.executeWithoutResult(
        tx -> server.bean(IntelligenceTable.class).queue(photo.photo(), "another", 2, 5));

    server.bean(PhotoSteps.class).matchPeople(photo.photo(), 1, photo.job());

    Face face = faces.ofEntity(photo.photo()).get(0);
    assertThat(face.knownPersonId()).isNull();
    assertThat(face.embeddingStatus()).isEqualTo("pending");
    write.executeWithoutResult(
        tx ->
            server
                .bean(JdbcClient.class)
                .sql("DELETE FROM entities WHERE id = " + photo.photo())
                .update());
  }
}
