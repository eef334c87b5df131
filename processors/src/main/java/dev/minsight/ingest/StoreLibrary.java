package dev.minsight.ingest;

import dev.minsight.store.Entities;
import dev.minsight.store.Intake;
import dev.minsight.store.NewMedia;
import dev.minsight.store.Staged;
import dev.minsight.store.Stored;
import dev.minsight.support.Caller;
import dev.minsight.support.RetryableException;
import dev.minsight.support.Turns;
import java.nio.file.Path;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionTemplate;

/** The store as the drop folder sees it. */
@Component
class StoreLibrary implements Library {

  /** Ten levels (contract, store section), of which the file itself is one. */
  private static final int DEEPEST_COLLECTION = 9;

  private final Intake intake;
  private final Entities entities;
  private final JdbcClient jdbc;
  private final Turns turns;
  private final TransactionOperations write;

  StoreLibrary(
      Intake intake,
      Entities entities,
      JdbcClient jdbc,
      Turns turns,
      PlatformTransactionManager transactions) {
    this.intake = intake;
    this.entities = entities;
    this.jdbc = jdbc;
    this.turns = turns;
    this.write = new TransactionTemplate(transactions);
  }

  /** One at a time: two folders that are taken side by side must not make the same one twice. */
  @Override
  public long collection(Long parentId, String label) {
    return find(parentId, label)
        .orElseGet(
            () ->
                new Caller(null, null, "sub-folder of a drop folder")
                    .call(() -> write.execute(status -> findOrCreate(parentId, label))));
  }

  private long findOrCreate(Long parentId, String label) {
    turns.take("drop-collections");
    return find(parentId, label).orElseGet(() -> entities.createCollection(label, null, parentId));
  }

  private Optional<Long> find(Long parentId, String label) {
    return jdbc.sql(
            """
            SELECT id FROM entities
            WHERE label IN (:labels) AND is_collection AND NOT is_deleted
              AND ((CAST(:parent AS BIGINT) IS NULL AND parent_id IS NULL) OR parent_id = :parent)
            ORDER BY id LIMIT 1""")
        .param(
            "labels",
            List.of(
                label,
                Normalizer.normalize(label, Form.NFC),
                Normalizer.normalize(label, Form.NFD)))
        .param("parent", parentId)
        .query(Long.class)
        .optional();
  }

  @Override
  public int deepestCollection() {
    return DEEPEST_COLLECTION;
  }

  @Override
  public Outcome store(
      Path file, String name, Long parentId, String drop, BooleanSupplier unchanged) {
    try (Staged staged = intake.stage(file, name)) {
      if (!unchanged.getAsBoolean()) {
        throw new RetryableException("the file changed while it was being read");
      }
      Stored stored =
          new Caller(null, drop, "dropped as " + shortened(name))
              .call(() -> intake.store(staged, new NewMedia(name, null, parentId, true)));
      return new Outcome(stored.entityId(), stored.created());
    }
  }

  /** The reason of a revision holds 255 characters. */
  private static String shortened(String name) {
    return name.length() <= 200 ? name : name.substring(0, 200) + "…";
  }

  @Override
  public boolean created(long entityId, String drop) {
    return jdbc.sql(
                """
            SELECT COUNT(*) FROM entities_version v
            JOIN revision r ON r.transaction_id = v.transaction_id
            WHERE v.id = ? AND v.operation_type = 0 AND r.request_id = ?""")
            .params(entityId, drop)
            .query(Long.class)
            .single()
        > 0;
  }

  @Override
  public Optional<Long> createdBy(String drop) {
    return jdbc.sql(
            """
            SELECT v.id FROM revision r
            JOIN entities_version v ON v.transaction_id = r.transaction_id
            JOIN entities e ON e.id = v.id
            WHERE r.request_id = ? AND v.operation_type = 0 AND NOT e.is_deleted""")
        .param(drop)
        .query(Long.class)
        .optional();
  }
}
