package dev.minsight.insight;

import static dev.minsight.insight.OtherModels.LONGER_DINO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.ml.ModelSpec;
import dev.minsight.ml.ModelStore;
import dev.minsight.testing.Pictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model upgrade that is broken off. One test, because each start takes seconds. */
class ModelUpgradeRestartTest {

  private static final String LITE = "dino-embedding-lite";
  private static final String OPEN = "status IN ('queued', 'processing')";

  @TempDir Path home;

  private PhotoServer photos;

  @AfterEach
  void stop() {
    if (photos != null) {
      photos.close();
    }
  }

  private void restart(String... properties) {
    if (photos != null) {
      photos.close();
    }
    photos = OtherModels.start(home, properties);
  }

  private long processes() {
    return photos.engine().running("model-upgrade");
  }

  private UpgradeProgress progress() {
    return photos.bean(ModelUpgrades.class).progress().stream().findFirst().orElse(null);
  }

  @Test
  @DisplayName(
      "fault: vector dimension changed, model file corrupt."
          + " Broken off in the middle, an upgrade goes on after the restart; with its model damaged"
          + " it waits with the reason while the old one serves; a photo that came meanwhile is not"
          + " missed; called off, nothing of it goes on")
  void brokenOff() throws IOException {
    restart();
    List<Long> ids = new ArrayList<>();
    for (int seed = 1; seed <= 6; seed++) {
      ids.add(photos.upload("p" + seed + ".png", Pictures.noise("png", 64, 64, seed)));
    }
    ids.forEach(id -> photos.awaitStatus(id, "completed"));

    // Nobody works: the first photos of the upgrade are in the engine when the server goes.
    restart("minsight.roles=auth,store,compute,insight", "minsight.models.upgrade-in-flight=4");
    Path model = OtherModels.bring(home, LONGER_DINO);
    await().atMost(PhotoServer.LONG).until(() -> processes() == 4);
    assertThat(progress().from()).isEqualTo(LITE);
    assertThat(progress().total()).isEqualTo(6);
    JsonNode shown = photos.json("/activity").get("models");
    assertThat(PhotoServer.list(shown))
        .filteredOn(task -> task.get("task").asText().equals("dino_embedding"))
        .singleElement()
        .satisfies(
            task -> {
              assertThat(task.get("model_id").asText()).isEqualTo(LITE);
              assertThat(task.at("/upgrade/to").asText()).isEqualTo(LONGER_DINO);
            });
    assertThat(new UpgradeNews(home.resolve("models")).read()).hasSize(1);
    // called off, nothing of it is left; wanted again, it begins again
    assertThat(photos.bean(ModelStore.class).rollBack("dino_embedding")).isEqualTo(LITE);
    await().atMost(PhotoServer.LONG).until(() -> processes() == 0);
    await().atMost(PhotoServer.LONG).until(() -> photos.count("jobs WHERE " + OPEN) == 0);
    photos.bean(ModelStore.class).request(LONGER_DINO);
    await().atMost(PhotoServer.LONG).until(() -> processes() == 4);
    ids.add(photos.upload("meanwhile.png", Pictures.noise("png", 64, 64, 7)));
    Files.write(model, new byte[] {0}, StandardOpenOption.APPEND);

    restart("minsight.pipeline.retry=1s");
    photos.awaitStatus(ids.get(6), "completed");
    await()
        .atMost(PhotoServer.LONG)
        .untilAsserted(
            () -> {
              assertThat(progress()).isNotNull();
              assertThat(progress().reason()).contains("damaged");
            });
    ModelStore store = photos.bean(ModelStore.class);
    assertThat(store.inUse("dino_embedding").map(ModelSpec::id)).contains(LITE);
    assertThat(PhotoServer.list(photos.json(similar(ids.get(0))).get("results"))).isNotEmpty();

    OtherModels.bring(home, LONGER_DINO);
    await()
        .atMost(PhotoServer.LONG)
        .until(
            () ->
                store.inUse("dino_embedding").map(ModelSpec::id).equals(Optional.of(LONGER_DINO)));
    assertThat(photos.count("embeddings WHERE kind = 'dino' AND model_id = '" + LONGER_DINO + "'"))
        .isEqualTo(7);
    assertThat(photos.count("model_upgrade_failures")).isZero();
    await().atMost(PhotoServer.LONG).until(() -> processes() == 0);
    assertThat(photos.count("jobs WHERE " + OPEN)).isZero();
    assertThat(photos.count("entity_intelligence WHERE overall_status <> 'completed'")).isZero();
    new Equation(photos).awaitHolds();
  }

  private static String similar(long id) {
    return "/intelligence/entities/" + id + "/similar?score_threshold=0";
  }
}
