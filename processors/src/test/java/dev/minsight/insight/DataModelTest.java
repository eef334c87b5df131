package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.people.Face;
import dev.minsight.people.Faces;
import dev.minsight.testing.Contract;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.TestServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The tables that intelligence.md 5 recommends, in whichever database the tests run on. */
class DataModelTest {

  private final TestServer server = OpenServer.shared();
  private final JdbcClient jdbc = server.bean(JdbcClient.class);

  /** Shows something in a transaction that is rolled back. */
  private void trying(Runnable work) {
    new TransactionTemplate(server.bean(PlatformTransactionManager.class))
        .executeWithoutResult(
            tx -> {
              tx.setRollbackOnly();
              work.run();
            });
  }

  private List<String> columns(String table) throws Exception {
    List<String> columns = new ArrayList<>();
    try (Connection connection = server.bean(DataSource.class).getConnection();
        ResultSet rows = connection.getMetaData().getColumns(null, null, table, null)) {
      while (rows.next()) {
        columns.add(rows.getString("COLUMN_NAME").toLowerCase(Locale.ROOT));
      }
    }
    return columns;
  }

  private void entity(long id) {
    jdbc.sql("INSERT INTO entities (id, is_collection, md5) VALUES (:id, FALSE, :md5)")
        .param("id", id)
        .param("md5", "model-" + id)
        .update();
  }

  private void face(long entity, int place) {
    server
        .bean(Faces.class)
        .add(
            new Face(
                entity * Faces.PER_PHOTO + place,
                entity,
                place,
                "model-" + entity,
                "detector",
                Map.of("x1", 0, "y1", 0, "x2", 1, "y2", 1),
                Map.of(),
                0.9,
                "faces/" + entity + "/" + place + ".png",
                "pending",
                1,
                null,
                null));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "entities | id is_collection label description parent_id added_date updated_date"
            + " create_date added_by updated_by file_size height width duration mime_type type"
            + " extension md5 file_path is_deleted content_sha256 original_name deleted_at",
        "entities_version | id transaction_id end_transaction_id operation_type label md5"
            + " parent_id is_deleted",
        "entity_intelligence | entity_id overall_status face_count processing_md5"
            + " processing_version processed_md5 processed_version face_detection clip_embedding"
            + " dino_embedding error_message updated_at",
        "jobs | id entity_id task_type status created_at updated_at completed_at error_message"
            + " attempt progress started_at generation",
        "faces | id entity_id bbox landmarks confidence file_path created_at known_person_id"
            + " embedding_status md5",
        "known_persons | id name created_at updated_at",
        "known_persons_version | id transaction_id end_transaction_id operation_type name",
        "face_matches | id face_id matched_face_id similarity_score created_at",
        "entity_sync_state | consumer last_version",
        "service_config | key value updated_at updated_by",
        "outbox | id topic payload",
        "file_work | id path"
      })
  @DisplayName("A table has its columns, each thing in one of its own")
  @Contract({
    "intelligence.md 5.1 entities",
    "intelligence.md 5.2 entities_version",
    "intelligence.md 5.3 entity_intelligence",
    "intelligence.md 5.5 faces",
    "intelligence.md 5.6 known_persons",
    "intelligence.md 5.7 face_matches",
    "intelligence.md 5.8 entity_jobs",
    "intelligence.md 5.9 entity_sync_state",
    "intelligence.md 5.10 service_config",
    "intelligence.md 5.11 columns, not JSON",
    "intelligence.md 5.11 outbox"
  })
  void tables(String table, String wanted) throws Exception {
    assertThat(columns(table)).contains(wanted.split(" "));
  }

  @Test
  @DisplayName("Ids of faces need more than 32 bits, and have them")
  @Contract("intelligence.md 5.5 ids of 64 bits")
  void manyPhotos() {
    long entity = 40_000_000_000L;
    trying(
        () -> {
          entity(entity);
          face(entity, 9_999);

          assertThat(server.bean(Faces.class).ofEntity(entity))
              .extracting(Face::id)
              .containsExactly(400_000_000_009_999L);
        });
  }

  @Test
  @DisplayName("Two faces are noted as alike once, and neither note nor face outlives its photo")
  @Contract({"intelligence.md 5.7 face_matches", "intelligence.md 5.11 cascades"})
  void cascades() {
    long entity = 41_000_000_000L;
    trying(
        () -> {
          entity(entity);
          face(entity, 0);
          face(entity, 1);
          match(1, entity);
          server.bean(IntelligenceTable.class).queue(entity, "model-" + entity, 1, 5);

          jdbc.sql("DELETE FROM entities WHERE id = " + entity).update();

          for (String table : List.of("faces", "entity_intelligence", "jobs", "embeddings")) {
            assertThat(count(table + " WHERE entity_id = " + entity)).as(table).isZero();
          }
          assertThat(count("face_matches WHERE id = -1")).isZero();
        });
    assertThatThrownBy(
            () ->
                trying(
                    () -> {
                      entity(entity);
                      face(entity, 0);
                      face(entity, 1);
                      match(1, entity);
                      match(2, entity);
                    }))
        .isInstanceOf(DataAccessException.class)
        .hasMessageMatching("(?is).*unique constraint.*");
  }

  private void match(long number, long entity) {
    jdbc.sql(
            """
            INSERT INTO face_matches (id, face_id, matched_face_id, similarity_score, created_at)
            VALUES (:id, :one, :two, 0.9, 1)""")
        .param("id", -number)
        .param("one", entity * Faces.PER_PHOTO)
        .param("two", entity * Faces.PER_PHOTO + 1)
        .update();
  }

  private long count(String fromWhere) {
    return jdbc.sql("SELECT COUNT(*) FROM " + fromWhere).query(Long.class).single();
  }
}
