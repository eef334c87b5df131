package dev.minsight.it;

import java.nio.file.Path;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The two databases of a home, read past the server. */
final class Databases {

  private final JdbcTemplate app;
  private final JdbcTemplate engine;

  Databases(Path home) {
    app =
        new JdbcTemplate(
            new DriverManagerDataSource(
                "jdbc:sqlite:" + home.resolve("db/minsight.db") + "?busy_timeout=10000"));
    engine =
        new JdbcTemplate(
            new DriverManagerDataSource(
                "jdbc:h2:file:" + home.resolve("engine/engine") + ";IFEXISTS=TRUE", "sa", ""));
  }

  /** The app's database, also while the server runs. */
  JdbcTemplate app() {
    return app;
  }

  /** The engine's database, only while no server runs. */
  JdbcTemplate engine() {
    return engine;
  }

  long count(String sql) {
    return app.queryForObject("SELECT COUNT(*) FROM " + sql, Long.class);
  }

  List<String> strings(String sql) {
    return app.queryForList(sql, String.class);
  }
}
