package dev.minsight.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class EngineDatabaseTest {

  @TempDir Path folder;

  @Test
  @DisplayName("A database whose creation was broken off is created anew")
  void brokenOff() throws Exception {
    new EngineDatabase(url()).beforeOpening();
    execute("CREATE TABLE half (id INT)"); // and then the process was killed

    new EngineDatabase(url()).beforeOpening();

    assertThatThrownBy(() -> execute("SELECT * FROM half")).isInstanceOf(SQLException.class);
  }

  @Test
  @DisplayName("A database that was created whole is never touched again")
  void whole() throws Exception {
    EngineDatabase first = new EngineDatabase(url());
    first.beforeOpening();
    execute("CREATE TABLE whole (id INT)");
    first.created(new DriverManagerDataSource(url(), "sa", ""));

    new EngineDatabase(url()).beforeOpening();

    execute("SELECT * FROM whole");
    try (var files = Files.list(folder.resolve("engine"))) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactly("engine.mv.db");
    }
  }

  @Test
  @DisplayName("A database that was made before there were markers is kept")
  void unmarked() throws Exception {
    Files.createDirectories(folder.resolve("engine"));
    execute("CREATE TABLE old (id INT)");

    new EngineDatabase(url()).beforeOpening();

    execute("SELECT * FROM old");
  }

  @Test
  @DisplayName("A database that is no file of ours is left to its own server")
  void elsewhere() {
    EngineDatabase elsewhere = new EngineDatabase("jdbc:postgresql://db/engine");

    elsewhere.beforeOpening();
    elsewhere.created(null);

    assertThat(folder).isEmptyDirectory();
  }

  private String url() {
    return "jdbc:h2:file:" + folder.resolve("engine/engine") + ";DB_CLOSE_ON_EXIT=FALSE";
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url(), "sa", "");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
