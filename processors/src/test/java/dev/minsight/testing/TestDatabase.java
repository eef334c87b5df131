package dev.minsight.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Assumptions;

/**
 * The app's database of the tests. With {@code -Dminsight.test.database=postgresql} it is a real
 * PostgreSQL: one server a JVM, and in it one database a home, so that a second start on a home
 * finds the data of the first. Otherwise it is the SQLite file that every home has.
 */
public final class TestDatabase {

  private static final Map<Path, String> URLS = new ConcurrentHashMap<>();

  private TestDatabase() {}

  private static final class Server {

    static final EmbeddedPostgres POSTGRES = start();

    private static EmbeddedPostgres start() {
      try {
        // The tests' own user needs no password; others do, as in a real installation.
        Path access = Files.createTempFile("minsight-pg-hba", ".conf");
        access.toFile().deleteOnExit();
        Files.writeString(
            access,
            "host all postgres all trust\nlocal all all trust\nhost all all all scram-sha-256\n");
        // Nothing in it outlives the tests, so it need not wait for the disk.
        return EmbeddedPostgres.builder()
            .setServerConfig("hba_file", access.toString())
            .setServerConfig("fsync", "off")
            .setServerConfig("full_page_writes", "off")
            .start();
      } catch (IOException e) {
        throw new UncheckedIOException("PostgreSQL for the tests does not start", e);
      }
    }
  }

  /** Whether the tests run on PostgreSQL. */
  public static boolean isPostgresql() {
    return "postgresql".equals(System.getProperty("minsight.test.database"));
  }

  /** Skips a test that is about SQLite itself. */
  public static void assumeSqlite(String why) {
    Assumptions.assumeFalse(isPostgresql(), "about SQLite: " + why);
  }

  /** Skips a test that needs writers side by side. */
  public static void assumePostgresql(String why) {
    Assumptions.assumeTrue(
        isPostgresql(), "about PostgreSQL, run with -Dminsight.test.database=postgresql: " + why);
  }

  /**
   * What a server needs to be told.
   *
   * @param home its home
   * @return settings as {@code name=value}; none for SQLite
   */
  public static List<String> settings(Path home) {
    return isPostgresql()
        ? List.of("minsight.db.url=" + url(home), "minsight.db.user=postgres")
        : List.of();
  }

  /** Address of a home's PostgreSQL database, which is made when it is first asked for. */
  public static String url(Path home) {
    return URLS.computeIfAbsent(
        home.toAbsolutePath().normalize(), absolute -> create("home" + (URLS.size() + 1)));
  }

  private static String create(String name) {
    try (Connection connection = Server.POSTGRES.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name + " ENCODING 'UTF8' TEMPLATE template0");
      return "jdbc:postgresql://localhost:" + Server.POSTGRES.getPort() + "/" + name;
    } catch (SQLException e) {
      throw new IllegalStateException("no database " + name, e);
    }
  }
}
