package dev.minsight.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.insight.PhotoServer;
import dev.minsight.testing.Pictures;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Another program, a backup say, holds the SQLite file for longer than the server waits. */
@DisabledIfSystemProperty(
    named = "minsight.test.database",
    matches = "postgresql",
    disabledReason = "about SQLite's file")
class BusyDatabaseTest {

  @TempDir Path home;

  @Test
  @DisplayName(
      "While the database is locked writing answers 503; afterwards everything goes on, whole"
          + " transactions again")
  void lockedForAWhile() throws SQLException {
    String file = "jdbc:sqlite:" + home.resolve("db/minsight.db");
    try (PhotoServer photos =
        PhotoServer.start(
            home,
            "spring.datasource.url="
                + file
                + "?journal_mode=WAL&busy_timeout=300&foreign_keys=on&synchronous=NORMAL"
                + "&transaction_mode=IMMEDIATE")) {
      long before = photos.upload("before.png", Pictures.noise("png", 32, 32, 1));
      photos.awaitStatus(before, "completed");

      try (Connection other = DriverManager.getConnection(file + "?busy_timeout=60000");
          Statement statement = other.createStatement()) {
        statement.execute("BEGIN IMMEDIATE");
        for (int i = 0; i < 3; i++) {
          var answer =
              photos
                  .http()
                  .form(
                      "PATCH",
                      photos.http().store("/entities/" + before),
                      null,
                      Map.of("label", "not now"));
          assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
          assertThat(answer.body()).contains("The database is busy or away; try again later");
        }
        assertThat(photos.get("/entities/" + before).statusCode()).isEqualTo(200);
        statement.execute("ROLLBACK");
      }

      photos.patch(before, "label", "now");
      long after = photos.upload("after.png", Pictures.noise("png", 32, 32, 2));
      photos.awaitStatus(after, "completed");
      assertThat(photos.json("/entities/" + before).get("label").asText()).isEqualTo("now");
      // Rolled back as a whole: nothing of it is there, as it would be without a transaction.
      try {
        photos.write(
            () -> {
              photos.jdbc().sql("UPDATE entities SET label = 'half'").update();
              throw new IllegalStateException("the rest fails");
            });
      } catch (IllegalStateException expected) {
        assertThat(photos.count("entities WHERE label = 'half'")).isZero();
      }
    }
  }
}
