package dev.minsight.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.support.ConfigurationException;
import dev.minsight.testing.TestDatabase;
import dev.minsight.testing.TestServer;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers on one PostgreSQL database. */
class DatabaseLockTest {

  @TempDir Path one;
  @TempDir Path two;

  @Test
  @DisplayName("The second server says why it does not start, and starts once the first is gone")
  void oneAtATime() {
    TestDatabase.assumePostgresql("SQLite's file lies in the home, which has a lock of its own");
    String database = "minsight.db.url=" + TestDatabase.url(one);
    try (TestServer first = TestServer.start(one)) {
      assertThatThrownBy(() -> TestServer.start(two, database))
          .rootCause()
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("another mInsight server works on the database")
          .hasMessageContaining("stop it");
      assertThat(first.get(first.store("/"), null).statusCode()).isEqualTo(200);
    }

    try (TestServer second = TestServer.start(two, database)) {
      assertThat(second.get(second.store("/"), null).statusCode()).isEqualTo(200);
    }
  }
}
