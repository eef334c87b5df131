package dev.minsight.app;

import dev.minsight.support.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that the engine's database file is created whole or not at all.
 *
 * <p>The engine creates some fifty tables, one by one and outside any transaction, and for ever
 * refuses to start on half of them. A marker beside the file says that its creation has begun and
 * not ended; a file that a start finds with its marker belongs to a server that was killed at its
 * first start. Nothing is in it yet, so it is created anew.
 */
final class EngineDatabase {

  private static final Logger LOG = LoggerFactory.getLogger(EngineDatabase.class);
  private static final String FILE_URL = "jdbc:h2:file:";
  private static final String MARKER = ".creating";

  /** Where the file lies; null for a database that is not ours to create. */
  private final Path file;

  EngineDatabase(String url) {
    file =
        url.startsWith(FILE_URL)
            ? Path.of(url.substring(FILE_URL.length()).replaceFirst(";.*", "") + ".mv.db")
            : null;
  }

  /** To be called before the database is opened. */
  void beforeOpening() {
    if (file == null) {
      return;
    }
    try {
      if (Files.exists(marker())) {
        LOG.info("The engine's database was left unfinished by a killed server; created anew");
        remove();
      }
      if (!Files.exists(file)) {
        Files.createDirectories(file.getParent());
        Files.writeString(marker(), "");
      }
    } catch (IOException e) {
      throw new ConfigurationException(
          "the folder " + file.getParent() + " of the engine's database cannot be written: " + e,
          e);
    }
  }

  /** To be called once the engine has its tables and before it gets any work. */
  void created(DataSource database) {
    if (file == null || !Files.exists(marker())) {
      return;
    }
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CHECKPOINT SYNC"); // H2 writes up to half a second late
      Files.delete(marker());
    } catch (SQLException | IOException e) {
      throw new IllegalStateException("the engine's database cannot be written", e);
    }
  }

  private Path marker() {
    return file.resolveSibling(MARKER);
  }

  /** The file and what lies beside it under the same name (traces, temporary files). */
  private void remove() throws IOException {
    String name = file.getFileName().toString().replace(".mv.db", ".");
    try (Stream<Path> beside = Files.list(file.getParent())) {
      List<Path> ours =
          beside.filter(entry -> entry.getFileName().toString().startsWith(name)).toList();
      for (Path entry : ours) {
        Files.delete(entry);
      }
    }
  }
}
