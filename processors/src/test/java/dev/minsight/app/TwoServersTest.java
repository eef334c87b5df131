package dev.minsight.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.insight.Equation;
import dev.minsight.insight.PhotoServer;
import dev.minsight.support.ConfigurationException;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestDatabase;
import dev.minsight.testing.TestServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers on the same databases, while photos are in work. */
class TwoServersTest {

  private static final int PHOTOS = 6;

  @TempDir Path one;
  @TempDir Path two;

  @Test
  @DisplayName(
      "fault: two servers on the same databases (one home). The second says why it does not start,"
          + " the first is not disturbed; once it is gone, the second goes on where it was")
  void oneHome() {
    List<Long> ids = new ArrayList<>();
    try (PhotoServer first = PhotoServer.start(one)) {
      upload(first, ids);
      assertThatThrownBy(() -> TestServer.start(one))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("another mInsight server is running on")
          .hasMessageContaining("stop it");
      upload(first, ids);
    }

    try (PhotoServer second = PhotoServer.start(one)) {
      ids.forEach(id -> second.awaitStatus(id, "completed"));
      assertThat(new Equation(second).awaitHolds().completed()).isEqualTo(ids.size());
    }
  }

  @Test
  @DisplayName(
      "fault: two servers on the same databases (one PostgreSQL, two homes). The second says why it"
          + " does not start, and the first is not disturbed")
  void oneDatabase() {
    TestDatabase.assumePostgresql("SQLite's file lies in the home, which has a lock of its own");
    List<Long> ids = new ArrayList<>();
    try (PhotoServer first = PhotoServer.start(one)) {
      upload(first, ids);
      assertThatThrownBy(() -> TestServer.start(two, "minsight.db.url=" + TestDatabase.url(one)))
          .rootCause()
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("another mInsight server works on the database");
      upload(first, ids);

      ids.forEach(id -> first.awaitStatus(id, "completed"));
      assertThat(new Equation(first).awaitHolds().completed()).isEqualTo(ids.size());
    }
  }

  private static void upload(PhotoServer server, List<Long> ids) {
    for (int i = 0; i < PHOTOS; i++) {
      int seed = 300 + ids.size();
      ids.add(server.upload("p" + seed + ".png", Pictures.noise("png", 80, 60, seed)));
    }
  }
}
