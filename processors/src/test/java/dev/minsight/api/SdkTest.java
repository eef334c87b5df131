package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.sdk.ApiException;
import dev.minsight.sdk.Entity;
import dev.minsight.sdk.EntityDraft;
import dev.minsight.sdk.EntityFilter;
import dev.minsight.sdk.Intelligence;
import dev.minsight.sdk.JobInfo;
import dev.minsight.sdk.MinsightClient;
import dev.minsight.sdk.ServerUrls;
import dev.minsight.sdk.SimilarQuery;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our own client library against the real server: what one writes, the other can read. */
class SdkTest {

  /** The machine that runs the tests may be busy with ten other things. */
  private static final Duration LONG = Duration.ofMinutes(3);

  private static final Path PORTRAIT =
      Path.of(System.getProperty("minsight.shared"), "media/people/obama/obama_1.jpg");

  private final TestServer server = TestServer.shared();
  private final MinsightClient client =
      MinsightClient.builder()
          .servers(
              new ServerUrls(
                  server.auth(""),
                  server.store(""),
                  server.compute(""),
                  URI.create("mqtt://127.0.0.1:" + server.settings().mqtt().port())))
          .token(server.adminToken())
          .build();

  @TempDir private Path temp;

  private long upload(String name, byte[] bytes) throws IOException {
    Path file = Pictures.write(temp.resolve(name), bytes);
    return client.store().upload(file, EntityDraft.labelled(name)).entity().id();
  }

  @Test
  @DisplayName("An uploaded photo is waited for, and its entity, jobs and vectors can be read")
  void upload() throws IOException {
    long id = upload("sdk.png", Pictures.noise("png", 90, 70, 4711));

    Intelligence state = client.waitForCompletion(id, LONG);

    assertThat(state.completed()).isTrue();
    assertThat(state.jobHistory()).extracting(JobInfo::taskType).contains("face_detection");
    Entity entity = client.store().get(id);
    assertThat(entity.label()).isEqualTo("sdk.png");
    assertThat(client.intelligence().jobs(id))
        .hasSize(3)
        .allSatisfy(
            job -> {
              assertThat(job.id()).isPositive().isLessThan(1L << 53);
              assertThat(job.jobId()).isNotBlank();
              assertThat(job.status()).isEqualTo("completed");
            });
    assertThat(client.intelligence().clipEmbedding(id)).hasSize(128 + 4 * 512);
    assertThat(client.intelligence().dinoEmbedding(id)).hasSize(128 + 4 * 384);
    assertThat(client.store().versions(id)).hasSize(1);
    assertThat(client.store().list(EntityFilter.everything()).items())
        .extracting(Entity::id)
        .contains(id);
  }

  @Test
  @DisplayName("Look-alikes come best first; a photo without any is not found")
  void similar() throws IOException {
    long first = upload("plain.png", Pictures.plain("png", 80, 80, 0x3366aa));
    long second = upload("plain-again.png", Pictures.plain("png", 82, 80, 0x3366aa));
    client.waitForCompletion(first, LONG);
    client.waitForCompletion(second, LONG);

    assertThat(
            client
                .intelligence()
                .similar(first, SimilarQuery.defaults().includeSelf(false))
                .results())
        .anySatisfy(alike -> assertThat(alike.entityId()).isEqualTo(second));
    assertThatThrownBy(() -> client.intelligence().similar(987_654_321, SimilarQuery.defaults()))
        .isInstanceOf(ApiException.NotFound.class);
  }

  @Test
  @DisplayName("Faces and the person they belong to can be read")
  void faces() throws IOException {
    Assumptions.assumeTrue(Files.exists(PORTRAIT), "skipped: no shared media at " + PORTRAIT);
    long id = upload("portrait.jpg", Files.readAllBytes(PORTRAIT));
    client.waitForCompletion(id, LONG);

    assertThat(client.intelligence().faces(id))
        .singleElement()
        .satisfies(
            face -> {
              assertThat(face.bbox().x1()).isBetween(0.0, face.bbox().x2());
              assertThat(client.intelligence().faceEmbedding(face.id())).hasSize(128 + 4 * 128);
              long person = face.knownPersonId();
              assertThat(client.intelligence().knownPerson(person).faceCount()).isPositive();
              assertThat(client.intelligence().personFaces(person))
                  .extracting(dev.minsight.sdk.Face::id)
                  .contains(face.id());
            });
  }
}
