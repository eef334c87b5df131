package dev.minsight.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Fills a server's database with entities by SQL, in batches: a collection for every thousand, the
 * rest files that no process looks at. The database's own triggers keep counters and search.
 */
final class ManyEntities {

  private static final int BATCH = 10_000;
  private static final int PER_COLLECTION = 1000;

  /** Of so many entities one has its history, too. */
  private static final int WITH_HISTORY = 10;

  private static final long FIRST_DAY = 1_600_000_000_000L;
  private static final String[] PLACES = {"Lisbon", "Ålesund", "Kyoto", "Zürich", "Oaxaca"};

  private static final String ENTITY =
      """
      INSERT INTO entities (id, is_collection, label, description, parent_id, added_date,
        updated_date, create_date, added_by, updated_by, file_size, height, width, mime_type, type,
        extension, md5, file_path, is_deleted, content_sha256, original_name, search_text, words,
        label_key)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?6 - 86400000, '1', '1', ?7, 3024, 4032, ?8, ?9, ?10,
        ?11, ?12, FALSE, ?11, ?13, lower(?3) || char(10) || lower(COALESCE(?4, '')), ?14,
        lower(?3))""";

  private static final String VERSION =
      """
      INSERT INTO entities_version (id, transaction_id, operation_type, is_collection, label,
        description, parent_id, added_date, updated_date, create_date, mime_type, type, md5,
        file_path, is_deleted, original_name, search_text, words, label_key)
      SELECT id, ?1, 0, is_collection, label, description, parent_id, added_date, updated_date,
        create_date, mime_type, type, md5, file_path, is_deleted, original_name, search_text, words,
        label_key
      FROM entities WHERE id BETWEEN ?2 AND ?3 AND id % ?4 = 0""";

  private ManyEntities() {}

  /**
   * Adds entities until there are so many.
   *
   * @param home of a server, running or not
   * @param from how many are there; their ids are 1..from
   * @param to how many there are to be
   * @return ms it took
   */
  static double fill(Path home, int from, int to) throws SQLException {
    long start = System.nanoTime();
    String url =
        "jdbc:sqlite:" + home.resolve("db/minsight.db") + "?journal_mode=WAL&busy_timeout=60000";
    try (Connection connection = DriverManager.getConnection(url)) {
      connection.setAutoCommit(false);
      for (int first = from + 1; first <= to; first += BATCH) {
        batch(connection, first, Math.min(to, first + BATCH - 1));
      }
    }
    return (System.nanoTime() - start) / 1e6;
  }

  private static void batch(Connection connection, int first, int last) throws SQLException {
    try (PreparedStatement entity = connection.prepareStatement(ENTITY)) {
      for (int id = first; id <= last; id++) {
        bind(entity, id);
        entity.addBatch();
      }
      entity.executeBatch();
    }
    try (PreparedStatement version = connection.prepareStatement(VERSION);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "INSERT INTO revision (transaction_id, issued_at) VALUES (%d, %d)"
              .formatted(first, FIRST_DAY + 1000L * first));
      version.setLong(1, first);
      version.setLong(2, first);
      version.setLong(3, last);
      version.setLong(4, WITH_HISTORY);
      version.executeUpdate();
      for (String counter : new String[] {"entity", "revision"}) {
        statement.executeUpdate(
            "INSERT INTO id_counter VALUES ('%s', %d) ON CONFLICT (name) DO UPDATE SET last = %d"
                .formatted(counter, last, last));
      }
    }
    connection.commit();
  }

  private static void bind(PreparedStatement entity, int id) throws SQLException {
    boolean collection = id % PER_COLLECTION == 1;
    String place = PLACES[id % PLACES.length];
    String kind = id % 4 == 0 ? "audio" : "video";
    entity.setLong(1, id);
    entity.setBoolean(2, collection);
    entity.setString(3, collection ? "Album " + id : place + " take " + id);
    entity.setString(4, id % 3 == 0 ? "Somebody and somebody else near " + place : null);
    entity.setObject(5, collection ? null : (Long) (long) (id - 1 - (id - 1) % PER_COLLECTION + 1));
    entity.setLong(6, FIRST_DAY + 1000L * id);
    entity.setObject(7, collection ? null : (Long) (1000L + id % 5_000_000));
    entity.setString(8, collection ? null : kind + "/mp4");
    entity.setString(9, collection ? null : kind);
    entity.setString(10, collection ? null : "mp4");
    entity.setString(11, collection ? null : "%032x".formatted(id * 0x9E3779B97F4A7C15L));
    entity.setString(12, collection ? null : "store/2026/01/01/%d.mp4".formatted(id));
    entity.setString(13, collection ? null : "MOV_%07d.MP4".formatted(id));
    entity.setString(
        14,
        collection
            ? "album " + id
            : place.toLowerCase().replace("å", "a").replace("ü", "u")
                + " take %d mov %07d mp4".formatted(id, id));
  }
}
