package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.ml.ModelStore;
import dev.minsight.support.IdCounter;
import dev.minsight.support.MinsightProperties;
import dev.minsight.testing.HandClock;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.TestServer;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Vectors of a model that is out of use are kept for {@code keep-vectors}, 90 days. */
class FormerVectorsTest {

  private static final String SERVING = "face-embedding-lite";
  private static final String FORMER = "former-of-the-test";

  private final TestServer server = OpenServer.shared();
  private final Embeddings embeddings = server.bean(Embeddings.class);
  private final JdbcClient jdbc = server.bean(JdbcClient.class);
  private final HandClock clock = new HandClock(server.bean(Clock.class).instant());
  private final FormerVectors former =
      new FormerVectors(
          embeddings,
          server.bean(ModelStore.class),
          jdbc,
          server.bean(PlatformTransactionManager.class),
          clock,
          server.bean(MinsightProperties.class));
  private final List<Long> photos = new ArrayList<>();

  private void write(Runnable work) {
    new TransactionTemplate(server.bean(PlatformTransactionManager.class))
        .executeWithoutResult(tx -> work.run());
  }

  /** A photo with so many faces, each described by these models. */
  private long photo(int faces, String... models) {
    AtomicLong made = new AtomicLong();
    write(
        () -> {
          long id = server.bean(IdCounter.class).next("entity");
          made.set(id);
          jdbc.sql("INSERT INTO entities (id, is_collection) VALUES (:id, FALSE)")
              .param("id", id)
              .update();
          for (int i = 0; i < faces; i++) {
            for (String model : models) {
              embeddings.save(VectorKind.FACE, id * 10_000 + i, model, id, "md5", new float[] {1});
            }
          }
        });
    photos.add(made.get());
    return made.get();
  }

  @AfterEach
  void removePhotos() {
    write(() -> jdbc.sql("DELETE FROM entities WHERE id IN (:ids)").param("ids", photos).update());
  }

  private long vectors(long photo, String model) {
    return jdbc.sql("SELECT COUNT(*) FROM embeddings WHERE entity_id = :id AND model_id = :model")
        .param("id", photo)
        .param("model", model)
        .query(Long.class)
        .single();
  }

  @Test
  @DisplayName(
      "Vectors of a former model stay for as long as the settings say, and then go; those in use"
          + " stay, and so does what only the former model has described")
  void expire() throws IOException {
    long both = photo(3, FORMER, SERVING);
    long onlyFormer = photo(1, FORMER);
    long onlyServing = photo(1, SERVING);

    former.remove();
    clock.forward(Duration.ofDays(89));
    former.remove();
    assertThat(vectors(both, FORMER)).isEqualTo(3);

    clock.forward(Duration.ofDays(2));
    former.remove();

    assertThat(vectors(both, FORMER)).isZero();
    assertThat(vectors(both, SERVING)).isEqualTo(3);
    assertThat(vectors(onlyFormer, FORMER)).isEqualTo(1);
    assertThat(vectors(onlyServing, SERVING)).isEqualTo(1);
  }

  @Test
  @DisplayName("All of them go at once, also those of a photo with faces on both sides of a batch")
  void batches() throws IOException {
    List<Long> crowds =
        List.of(
            photo(300, FORMER, SERVING),
            photo(300, FORMER, SERVING),
            photo(600, FORMER, SERVING),
            photo(1, FORMER, SERVING));
    former.remove();
    clock.forward(Duration.ofDays(91));

    former.remove();

    assertThat(crowds).allSatisfy(photo -> assertThat(vectors(photo, FORMER)).isZero());
    assertThat(crowds)
        .extracting(photo -> vectors(photo, SERVING))
        .containsExactly(300L, 300L, 600L, 1L);
  }

  @Test
  @DisplayName("It is looked for once an hour")
  void onceAnHour() throws IOException {
    long photo = photo(1, FORMER, SERVING);
    former.removeSometimes();
    clock.forward(Duration.ofDays(91));
    former.removeSometimes();
    assertThat(vectors(photo, FORMER)).isZero();

    long next = photo(1, FORMER, SERVING);
    clock.forward(Duration.ofMinutes(59));
    former.removeSometimes();
    assertThat(vectors(next, FORMER)).isEqualTo(1);
    clock.forward(Duration.ofMinutes(1));
    former.removeSometimes();
    assertThat(vectors(next, FORMER)).isZero();
  }
}
