package dev.minsight.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** Fills a server's database with rows of photos by SQL, whose files do not exist. */
final class ManyPhotos {

  private static final int BATCH = 10_000;
  private static final long FIRST_DAY = 1_600_000_000_000L;

  private static final String ENTITY =
      """
      INSERT INTO entities (id, is_collection, label, added_date, updated_date, file_size, height,
        width, mime_type, type, extension, md5, file_path, is_deleted, content_sha256,
        original_name, search_text, words, label_key)
      VALUES (?1, FALSE, 'Photo ' || ?1, ?2, ?2, 4000000 + ?1, 3024, 4032, 'image/jpeg', 'image',
        'jpg', ?3, 'store/2026/01/01/' || ?1 || '.jpg', FALSE, ?3, 'IMG_' || ?1 || '.JPG',
        'photo ' || ?1, 'photo ' || ?1 || ' img jpg', 'photo ' || ?1)""";

  private static final String VERSION =
      """
      INSERT INTO entities_version (id, transaction_id, operation_type, is_collection, label,
        added_date, mime_type, type, md5, file_path, is_deleted)
      VALUES (?1, ?2, 0, FALSE, 'Photo ' || ?1, ?3, 'image/jpeg', 'image', ?4,
        'store/2026/01/01/' || ?1 || '.jpg', FALSE)""";

  private static final String COMPLETED =
      """
      INSERT INTO entity_intelligence (entity_id, generation, overall_status, face_detection,
        clip_embedding, dino_embedding, face_count, processing_md5, processing_version,
        processed_md5, processed_version, updated_at)
      SELECT id, 1, 'completed', 'completed', 'completed', 'completed', 1, md5, 1, md5, 1,
        added_date
      FROM entities WHERE id > ? AND id <= ?""";

  private static final String CURSOR =
      """
      INSERT INTO entity_sync_state (consumer, last_version)
      SELECT 'insight', MAX(transaction_id) FROM revision WHERE TRUE
      ON CONFLICT (consumer) DO UPDATE SET last_version = excluded.last_version,
        last_entity = 9223372036854775807""";

  private ManyPhotos() {}

  /** Adds photos that were completed long ago; the cursor stands behind them. */
  static void known(Path home, int from, int to) throws SQLException {
    try (Connection database = open(home);
        PreparedStatement completed = database.prepareStatement(COMPLETED);
        Statement statement = database.createStatement()) {
      for (int first = from; first < to; first += BATCH) {
        int last = Math.min(to, first + BATCH);
        add(database, first, last, 1000);
        completed.setInt(1, first);
        completed.setInt(2, last);
        completed.executeUpdate();
        statement.executeUpdate(CURSOR);
        database.commit();
      }
    }
  }

  /**
   * Adds photos that nobody has looked at.
   *
   * @param perRevision how many a revision brings
   */
  static void fresh(Path home, int from, int to, int perRevision) throws SQLException {
    try (Connection database = open(home)) {
      for (int first = from; first < to; first += BATCH) {
        add(database, first, Math.min(to, first + BATCH), perRevision);
        database.commit();
      }
    }
  }

  private static Connection open(Path home) throws SQLException {
    Connection database =
        DriverManager.getConnection(
            "jdbc:sqlite:"
                + home.resolve("db/minsight.db")
                + "?journal_mode=WAL&busy_timeout=60000&transaction_mode=IMMEDIATE");
    database.setAutoCommit(false);
    return database;
  }

  private static void add(Connection database, int from, int to, int perRevision)
      throws SQLException {
    try (PreparedStatement entity = database.prepareStatement(ENTITY);
        PreparedStatement version = database.prepareStatement(VERSION);
        PreparedStatement revision =
            database.prepareStatement(
                "INSERT INTO revision (transaction_id, issued_at) VALUES (?, ?)");
        Statement statement = database.createStatement()) {
      long last =
          statement
              .executeQuery("SELECT COALESCE(MAX(transaction_id), 0) FROM revision")
              .getLong(1);
      for (int id = from + 1; id <= to; id++) {
        if ((id - from - 1) % perRevision == 0) {
          revision.setLong(1, ++last);
          revision.setLong(2, FIRST_DAY + id);
          revision.addBatch();
        }
        String digest = "%032x".formatted(id * 0x9E3779B97F4A7C15L);
        entity.setLong(1, id);
        entity.setLong(2, FIRST_DAY + 1000L * id);
        entity.setString(3, digest);
        entity.addBatch();
        version.setLong(1, id);
        version.setLong(2, last);
        version.setLong(3, FIRST_DAY + 1000L * id);
        version.setString(4, digest);
        version.addBatch();
      }
      revision.executeBatch();
      entity.executeBatch();
      version.executeBatch();
      for (String counter : new String[] {"entity", "revision"}) {
        statement.executeUpdate(
            "INSERT INTO id_counter VALUES ('%s', %d) ON CONFLICT (name) DO UPDATE SET last = %d"
                .formatted(counter, Math.max(to, last), Math.max(to, last)));
      }
    }
  }
}
