package dev.minsight.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Rows of entities as clients see them, read without JPA: a list only passes them on. */
@Component
class EntityRows {

  private static final List<String> COLUMNS =
      List.of(
          "id",
          "is_collection",
          "label",
          "description",
          "parent_id",
          "added_date",
          "updated_date",
          "create_date",
          "added_by",
          "updated_by",
          "file_size",
          "height",
          "width",
          "duration",
          "mime_type",
          "type",
          "extension",
          "md5",
          "file_path",
          "is_deleted",
          "original_name");

  /** What {@link #read} reads, of a table with the alias {@code e}, to follow SELECT. */
  static final String OF_E = of("e");

  /** What {@link #read} reads, of a table with the alias {@code r}, to follow SELECT. */
  static final String OF_R = of("r");

  private static String of(String alias) {
    return COLUMNS.stream().map(column -> alias + "." + column).collect(Collectors.joining(", "));
  }

  private static final String BY_ID =
      "SELECT %s, %s, e.row_version FROM entities e WHERE e.id = :id"
          .formatted(OF_E, EntityTable.NOW.anyTrash());

  private final JdbcClient jdbc;
  private final EntityTree tree;

  EntityRows(JdbcClient jdbc, EntityTree tree) {
    this.jdbc = jdbc;
    this.tree = tree;
  }

  /**
   * @param id number of an entity
   * @return the entity as it is, with its ETag; needs the caller's transaction
   */
  Optional<EntityView> find(long id) {
    return jdbc.sql(BY_ID)
        .param("id", id)
        .query(
            (row, number) ->
                new Found(
                    read(row).withEtag(MediaEntity.etag(id, row.getLong(width() + 2))),
                    row.getBoolean(width() + 1)))
        .optional()
        .map(found -> inTree(List.of(found.view()), EntityTable.NOW, found.trash()).get(0));
  }

  private record Found(EntityView view, boolean trash) {}

  /** Number of columns that {@link #read} reads. */
  static int width() {
    return COLUMNS.size();
  }

  /** A row, without what only the tree knows. */
  static EntityView read(ResultSet row) throws SQLException {
    return new EntityView(
        row.getLong(1),
        row.getBoolean(2),
        row.getString(3),
        row.getString(4),
        number(row, 5),
        0,
        number(row, 6),
        number(row, 7),
        number(row, 8),
        row.getString(9),
        row.getString(10),
        number(row, 11),
        pixels(row, 12),
        pixels(row, 13),
        seconds(row, 14),
        row.getString(15),
        row.getString(16),
        row.getString(17),
        row.getString(18),
        row.getString(19),
        row.getBoolean(20),
        false,
        row.getString(21),
        null);
  }

  private static Long number(ResultSet row, int column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? null : (Long) value;
  }

  private static Integer pixels(ResultSet row, int column) throws SQLException {
    int value = row.getInt(column);
    return row.wasNull() ? null : (Integer) value;
  }

  private static Double seconds(ResultSet row, int column) throws SQLException {
    double value = row.getDouble(column);
    return row.wasNull() ? null : (Double) value;
  }

  /**
   * Adds what the tree says, in at most two statements, however many rows there are.
   *
   * @param rows as {@link #read} left them
   * @param table where the tree is read
   * @param trash whether any collection is in the trash
   */
  List<EntityView> inTree(List<EntityView> rows, EntityTable table, boolean trash) {
    List<Long> collections =
        rows.stream().filter(EntityView::isCollection).map(EntityView::id).toList();
    Map<Long, Integer> children = tree.liveChildren(collections, table);
    Set<Long> belowTrash =
        trash ? tree.belowTrash(rows.stream().map(EntityView::id).toList(), table) : Set.of();
    if (children.isEmpty() && belowTrash.isEmpty()) {
      return rows;
    }
    return rows.stream()
        .map(row -> row.inTree(children.getOrDefault(row.id(), 0), belowTrash.contains(row.id())))
        .toList();
  }
}
