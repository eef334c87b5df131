package dev.minsight.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** Rows of a real database become records. */
class RowsTest {

  private final SingleConnectionDataSource database =
      new SingleConnectionDataSource("jdbc:sqlite::memory:", true);
  private final JdbcClient jdbc = JdbcClient.create(database);

  private enum Colour {
    RED,
    GREEN
  }

  private record Photo(
      long id,
      String label,
      Integer faceCount,
      Double score,
      boolean isDeleted,
      Colour mainColour) {}

  @AfterEach
  void close() {
    database.destroy();
  }

  private Photo photo(String columns) {
    return jdbc.sql("SELECT " + columns).query(Rows.as(Photo.class)).single();
  }

  @Test
  @DisplayName("A component is read from the column of its name, whatever else the row has")
  void values() {
    assertThat(
            photo(
                "'GREEN' AS main_colour, 7 AS id, 'x' AS other, 'Ada' AS label, 2 AS face_count,"
                    + " 0.5 AS score, 1 AS is_deleted"))
        .isEqualTo(new Photo(7, "Ada", 2, 0.5, true, Colour.GREEN));
  }

  @Test
  @DisplayName("Null is null where the record has room for it")
  void nulls() {
    assertThat(
            photo(
                "7 AS id, NULL AS label, NULL AS face_count, NULL AS score, 0 AS is_deleted,"
                    + " NULL AS main_colour"))
        .isEqualTo(new Photo(7, null, null, null, false, null));
  }

  @Test
  @DisplayName("Null for a number that must be there is an error that names the column")
  void nullForPrimitive() {
    assertThatThrownBy(
            () ->
                photo(
                    "NULL AS id, 'Ada' AS label, 2 AS face_count, 0.5 AS score, 1 AS is_deleted,"
                        + " 'RED' AS main_colour"))
        .isInstanceOf(DataAccessException.class)
        .hasMessageContaining("column id is null");
  }

  @Test
  @DisplayName("A column that is missing is an error that names it")
  void missing() {
    assertThatThrownBy(
            () -> photo("7 AS id, 'Ada' AS label, 0.5 AS score, 1 AS is_deleted, 'RED' AS colour"))
        .isInstanceOf(DataAccessException.class)
        .rootCause()
        .hasMessageContaining("face_count");
  }
}
