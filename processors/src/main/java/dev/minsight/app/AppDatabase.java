package dev.minsight.app;

import dev.minsight.support.ConfigurationException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;

/**
 * Tries the PostgreSQL database before anything is started, so that a wrong address or password is
 * one line and not a failed start. The SQLite file needs no such look.
 */
final class AppDatabase {

  /** Oldest major version that the tests run on. */
  private static final int OLDEST = 14;

  private static final String URL = "jdbc:postgresql://";
  private static final int CONNECT_SECONDS = 10;

  private AppDatabase() {}

  /**
   * @throws ConfigurationException if the database cannot be used as it is configured
   */
  static void check(Environment environment) {
    String url = environment.getProperty("minsight.db.url", "").strip();
    boolean profile = environment.acceptsProfiles(Profiles.of(PostgresqlProfile.NAME));
    if (url.isEmpty() && profile) {
      throw new ConfigurationException(
          "the profile postgresql needs a database; set MINSIGHT_DB_URL or --db-url");
    }
    if (!url.isEmpty() && !profile) {
      throw new ConfigurationException(
          "minsight.db.url is set in a settings file; say spring.profiles.active: postgresql"
              + " beside it, or use MINSIGHT_DB_URL or --db-url instead");
    }
    if (profile) {
      connect(
          url,
          environment.getProperty("minsight.db.user", ""),
          environment.getProperty("minsight.db.password", ""));
    }
  }

  private static void connect(String url, String user, String password) {
    if (!url.startsWith(URL)) {
      throw new ConfigurationException(
          "the database address "
              + shown(url)
              + " is none of PostgreSQL; MINSIGHT_DB_URL looks like "
              + URL
              + "host:5432/minsight");
    }
    Properties login = new Properties();
    login.setProperty("user", user);
    login.setProperty("password", password);
    login.setProperty("loginTimeout", Integer.toString(CONNECT_SECONDS));
    try (Connection connection = DriverManager.getConnection(url, login)) {
      requireVersion(connection, url);
      requireUnicode(connection, url);
    } catch (SQLException e) {
      throw new ConfigurationException(explain(url, user, e), e);
    }
  }

  private static void requireVersion(Connection connection, String url) throws SQLException {
    int version = connection.getMetaData().getDatabaseMajorVersion();
    if (version < OLDEST) {
      throw new ConfigurationException(
          "the database at %s is PostgreSQL %d; mInsight needs %d or newer"
              .formatted(shown(url), version, OLDEST));
    }
  }

  private static void requireUnicode(Connection connection, String url) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW server_encoding")) {
      row.next();
      if (!row.getString(1).equals("UTF8")) {
        throw new ConfigurationException(
            "the database at %s is encoded in %s; create it with ENCODING 'UTF8' TEMPLATE template0"
                .formatted(shown(url), row.getString(1)));
      }
    }
  }

  /** By SQLSTATE (PostgreSQL manual, appendix A). */
  private static String explain(String url, String user, SQLException failure) {
    String state = String.valueOf(failure.getSQLState());
    String said = String.valueOf(failure.getMessage()).replaceAll("\\s*\\R\\s*", "; ");
    if (state.startsWith("28")) { // invalid authorization
      return "the database at %s refuses user %s; set MINSIGHT_DB_USER and MINSIGHT_DB_PASSWORD (%s)"
          .formatted(shown(url), user, said);
    }
    if (state.equals("3D000")) { // invalid catalog name
      return "there is no such database as in %s; create it first (%s)".formatted(shown(url), said);
    }
    return "the database at %s cannot be reached; is MINSIGHT_DB_URL right? (%s)"
        .formatted(shown(url), said);
  }

  /** Without its parameters: a password may be among them. */
  static String shown(String url) {
    return url.replaceFirst("\\?.*", "");
  }
}
