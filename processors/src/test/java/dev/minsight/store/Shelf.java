package dev.minsight.store;

import dev.minsight.testing.OpenServer;
import dev.minsight.testing.TestServer;
import jakarta.persistence.EntityManager;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A collection of a test's own in the shared server, so that what others leave there is not in its
 * way, and the few writes that tests of lists need.
 */
final class Shelf {

  private static final AtomicLong SEEDS = new AtomicLong(System.nanoTime());

  private final TestServer server = OpenServer.shared();
  private final Entities entities = server.bean(Entities.class);
  private final EntityLists lists = server.bean(EntityLists.class);

  /** The collection. */
  final long id = entities.createCollection("shelf", null, null);

  JdbcClient jdbc() {
    return server.bean(JdbcClient.class);
  }

  long collection(String label) {
    return collection(label, null, id);
  }

  long collection(String label, String description, long parent) {
    return entities.createCollection(label, description, parent);
  }

  long file(int bytes) {
    return file(bytes, "file", id);
  }

  long file(int bytes, String name, long parent) {
    byte[] content = new byte[bytes];
    new Random(SEEDS.incrementAndGet()).nextBytes(content);
    content[0] = 0; // never the magic of anything
    Intake intake = server.bean(Intake.class);
    try (Staged staged = intake.stage(new ByteArrayInputStream(content), name)) {
      return intake.store(staged, new NewMedia(null, null, parent, false)).entityId();
    }
  }

  /** Sets a field as a change with history does. */
  void set(long entity, String field, Object value) {
    write(
        manager ->
            ReflectionTestUtils.setField(manager.find(MediaEntity.class, entity), field, value));
  }

  void trash(long entity) {
    set(entity, "deleted", true);
  }

  void remove(long entity) {
    write(manager -> manager.remove(manager.find(MediaEntity.class, entity)));
  }

  private void write(Consumer<EntityManager> change) {
    EntityManager manager = server.bean(EntityManager.class);
    new TransactionTemplate(server.bean(PlatformTransactionManager.class))
        .executeWithoutResult(status -> change.accept(manager));
  }

  /** What lies in the collection. */
  EntityFilter all() {
    return in(id);
  }

  EntityFilter in(long parent) {
    return EntityFilter.everything().with(EntityTerm.PARENT_ID, parent);
  }

  EntityPage page(EntityFilter filter, EntityOrder order, long number, int size) {
    return lists.list(new EntityQuery(filter, order, new EntityQuery.Page(number, size), true));
  }

  /** The first page, newest first. */
  EntityPage page(EntityFilter filter) {
    return page(filter, EntityOrder.NEWEST, 1, 100);
  }

  List<Long> ids(EntityFilter filter) {
    return ids(page(filter));
  }

  static List<Long> ids(EntityPage page) {
    return page.items().stream().map(EntityView::id).toList();
  }

  EntityPage after(EntityFilter filter, EntityOrder order, String cursor, int size) {
    return lists.list(EntityQuery.after(filter, order, cursor, size, false));
  }

  /** Ids of a whole list, walked by its cursors. */
  List<Long> walk(EntityFilter filter, EntityOrder order, int size) {
    return walk(filter, order, size, () -> {});
  }

  /**
   * As above.
   *
   * @param between happens after each part
   */
  List<Long> walk(EntityFilter filter, EntityOrder order, int size, Runnable between) {
    List<Long> found = new ArrayList<>();
    String cursor = null;
    do {
      EntityPage part = after(filter, order, cursor, size);
      found.addAll(ids(part));
      cursor = part.nextCursor();
      between.run();
    } while (cursor != null);
    return found;
  }
}
