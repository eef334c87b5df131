package dev.minsight.app;

import dev.minsight.support.ConfigurationException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.autoconfigure.jdbc.DataSourceProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/**
 * One server a PostgreSQL database, as {@link HomeLock} has it for a home: each server has an
 * engine and an index of its own, and two would take each other's photos for lost and begin them
 * again and again. It is a session's advisory lock (PostgreSQL manual 13.3.5), so the database lets
 * go of it when the server dies, however it dies.
 */
@Component
@Profile(PostgresqlProfile.NAME)
final class DatabaseLock implements DisposableBean {

  private static final Logger LOG = LoggerFactory.getLogger(DatabaseLock.class);

  /** Names the lock among those of other programs on the same database. */
  private static final long KEY = 0x6D496E7369676874L; // "mInsight"

  /** A server that was just stopped lets go a moment later. */
  private static final int TRIES = 50;

  private static final long PAUSE_MILLIS = 100;
  private static final long LOOK_SECONDS = 5;

  private final DataSourceProperties database;
  private final ConfigurableApplicationContext application;
  private final ScheduledExecutorService keeper =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "database-lock");
            thread.setDaemon(true);
            return thread;
          });
  private Connection session;

  DatabaseLock(DataSourceProperties database, ConfigurableApplicationContext application) {
    this.database = database;
    this.application = application;
    try {
      session = connect();
      for (int left = TRIES; !taken(session); left--) {
        if (left == 0) {
          session.close();
          throw new ConfigurationException(
              "another mInsight server works on the database "
                  + AppDatabase.shown(database.getUrl())
                  + "; stop it, or give this one a database of its own with --db-url");
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    } catch (SQLException e) {
      throw new ConfigurationException(
          "the database "
              + AppDatabase.shown(database.getUrl())
              + " cannot be opened: "
              + e.getMessage(),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConfigurationException("the start was interrupted", e);
    }
    keeper.scheduleWithFixedDelay(this::keep, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(
        database.getUrl(), database.getUsername(), database.getPassword());
  }

  private static boolean taken(Connection session) throws SQLException {
    try (PreparedStatement lock = session.prepareStatement("SELECT pg_try_advisory_lock(?)")) {
      lock.setLong(1, KEY);
      try (ResultSet answer = lock.executeQuery()) {
        return answer.next() && answer.getBoolean(1);
      }
    }
  }

  /**
   * The database may have been restarted: its locks are gone then, and the first to come has it.
   */
  private void keep() {
    try {
      if (session.isValid((int) LOOK_SECONDS)) {
        return;
      }
      session.close();
      session = connect();
      if (!taken(session)) {
        LOG.error(
            "Another mInsight server took over the database {}; this one stops",
            AppDatabase.shown(database.getUrl()));
        Thread stop = new Thread(application::close, "database-lost");
        stop.start();
      }
    } catch (SQLException e) {
      LOG.debug("The database is away; its lock is taken when it is back", e);
    }
  }

  @Override
  public void destroy() throws SQLException {
    keeper.shutdownNow();
    session.close();
  }
}
