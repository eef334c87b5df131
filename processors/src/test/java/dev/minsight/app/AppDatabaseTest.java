package dev.minsight.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.support.ConfigurationException;
import dev.minsight.testing.Contract;
import dev.minsight.testing.TestDatabase;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A PostgreSQL that cannot be used ends the start with one line that says why. */
class AppDatabaseTest {

  @TempDir Path home;

  private AbstractThrowableAssert<?, ? extends Throwable> starting(String... flags) {
    String[] all = new String[flags.length + 1];
    all[0] = "--minsight.home=" + home;
    System.arraycopy(ServerFlags.toProperties(flags), 0, all, 1, flags.length);
    return assertThatThrownBy(() -> TestApplication.create().run(all).close())
        .isInstanceOf(ConfigurationException.class)
        .satisfies(failure -> assertThat(failure.getMessage().lines()).hasSize(1))
        .satisfies(failure -> assertThat(StartFailure.report(failure)).isEqualTo(2));
  }

  @Test
  @DisplayName("An address of another kind of database is refused, with how one looks")
  void otherKind() {
    starting("--db-url=jdbc:mysql://localhost/minsight?password=secret")
        .hasMessageContaining("jdbc:mysql://localhost/minsight is none of PostgreSQL")
        .hasMessageContaining("jdbc:postgresql://host:5432/minsight")
        .hasMessageNotContaining("secret");
  }

  @Test
  @DisplayName("AC-A12 There is no database in memory: what is stored outlives the process")
  @Contract("store.md 11 database")
  void inMemory() {
    starting("--db-url=jdbc:sqlite::memory:")
        .hasMessageContaining("jdbc:sqlite::memory: is none of PostgreSQL");
  }

  @Test
  @DisplayName("A database where nobody listens is named with its address")
  void unreachable() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    starting("--db-url=jdbc:postgresql://127.0.0.1:" + port + "/minsight")
        .hasMessageContaining(
            "the database at jdbc:postgresql://127.0.0.1:" + port + "/minsight cannot be reached");
  }

  @Test
  @DisplayName("The profile without an address says which setting is missing")
  void profileAlone() {
    starting("--spring.profiles.active=postgresql").hasMessageContaining("set MINSIGHT_DB_URL");
  }

  @Test
  @DisplayName("A wrong password is told from a server that is away, and is not shown")
  void wrongPassword() throws SQLException {
    TestDatabase.assumePostgresql("asks for a password");
    String url = TestDatabase.url(home);
    try (Connection admin = DriverManager.getConnection(url, "postgres", "");
        Statement statement = admin.createStatement()) {
      statement.execute("CREATE ROLE minsight LOGIN PASSWORD 'right'");
    }

    starting("--db-url=" + url, "--db-user=minsight", "--db-password=wrong-one")
        .hasMessageContaining("refuses user minsight")
        .hasMessageContaining("MINSIGHT_DB_PASSWORD")
        .hasMessageNotContaining("wrong-one");
  }

  @Test
  @DisplayName("A database that does not exist is to be created first")
  void noSuchDatabase() {
    TestDatabase.assumePostgresql("has more than one database");
    String url = TestDatabase.url(home).replaceFirst("[^/]+$", "no_such_database");

    starting("--db-url=" + url, "--db-user=postgres")
        .hasMessageContaining("there is no such database as in " + url);
  }

  @Test
  @DisplayName("A database in another encoding than UTF-8 is refused, with how to create it")
  void otherEncoding() throws SQLException {
    TestDatabase.assumePostgresql("has encodings");
    String url = TestDatabase.url(home);
    try (Connection admin = DriverManager.getConnection(url, "postgres", "");
        Statement statement = admin.createStatement()) {
      statement.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
    }

    starting("--db-url=" + url.replaceFirst("[^/]+$", "latin"), "--db-user=postgres")
        .hasMessageContaining("is encoded in LATIN1")
        .hasMessageContaining("ENCODING 'UTF8'");
  }
}
