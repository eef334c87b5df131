package dev.minsight.store;

import dev.minsight.support.ApiException;
import dev.minsight.support.Caller;
import dev.minsight.support.IdCounter;
import dev.minsight.support.NotFoundException;
import jakarta.persistence.EntityManager;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * The rows of the store: making collections, reading, history. Each method is one transaction;
 * those that only read never wait for the writer. Files come in by {@link Intake}; {@link
 * EntityLists} lists them.
 */
@Service
public class Entities {

  private final EntityManager entities;
  private final JdbcClient jdbc;
  private final EntityTree tree;
  private final EntityHistory history;
  private final IdCounter ids;
  private final ItemEvents events;
  private final ApplicationEventPublisher changes;
  private final Clock clock;

  Entities(
      EntityManager entities,
      JdbcClient jdbc,
      EntityTree tree,
      EntityHistory history,
      IdCounter ids,
      ItemEvents events,
      ApplicationEventPublisher changes,
      Clock clock) {
    this.entities = entities;
    this.jdbc = jdbc;
    this.tree = tree;
    this.history = history;
    this.ids = ids;
    this.events = events;
    this.changes = changes;
    this.clock = clock;
  }

  /**
   * Makes a collection, on behalf of {@link Caller#current()}.
   *
   * @param label or null
   * @param description or null
   * @param parentId collection to put it in, null for the root
   * @return its id
   * @throws ApiException (422) if it may not hang there
   */
  @Transactional
  public long createCollection(String label, String description, Long parentId) {
    requireParent(parentId);
    Naming naming = new Naming(label, description, parentId);
    MediaEntity collection =
        MediaEntity.collection(
            ids.next("entity"), naming, clock.millis(), Caller.current().userId());
    entities.persist(collection);
    events.collectionCreated(collection);
    changes.publishEvent(new EntityChanged(collection.id()));
    return collection.id();
  }

  /**
   * Writes the row of a file that is already in its place. Asks again, inside the transaction, what
   * was asked before: parent and content may have changed meanwhile.
   *
   * @return the new entity, or the one that has the content already
   * @throws ApiException 422 if it may not hang there, 409 if its content lies in the trash
   */
  @Transactional
  Stored insert(Naming naming, Content content) {
    requireParent(naming.parentId());
    Optional<Stored> known = known(content.digest());
    if (known.isPresent()) {
      return known.get();
    }
    MediaEntity media =
        MediaEntity.media(
            ids.next("entity"), naming, content, clock.millis(), Caller.current().userId());
    entities.persist(media);
    // Now, not at the commit: another process may have stored the same content.
    entities.flush();
    events.mediaCreated(media);
    changes.publishEvent(new EntityChanged(media.id()));
    return new Stored(media.id(), true);
  }

  /**
   * Looks a content up before anything is written.
   *
   * @return the live entity that has it; empty when it is new
   * @throws ApiException (409) if only an entity in the trash has it
   */
  @Transactional(readOnly = true)
  Optional<Stored> known(String digest) {
    Optional<MediaEntity> holder =
        entities
            .createQuery(
                "select e from MediaEntity e where e.md5 = :md5 order by e.deleted, e.id desc",
                MediaEntity.class)
            .setParameter("md5", digest)
            .setMaxResults(1)
            .getResultStream()
            .findFirst();
    if (holder.isPresent() && holder.get().isDeleted()) {
      throw new ApiException(
          409,
          "File content matches existing entity "
              + holder.get().id()
              + ", which is in the trash. Restore it instead of storing its content again.");
    }
    return holder.map(entity -> new Stored(entity.id(), false));
  }

  /**
   * Checks a parent before work is put into a file.
   *
   * @throws ApiException (422) if nothing may hang there
   */
  @Transactional(readOnly = true)
  void requireParent(Long parentId) {
    tree.objection(parentId)
        .ifPresent(
            objection -> {
              throw new ApiException(422, objection);
            });
  }

  /**
   * Whether any row, also of the trash, points to a file.
   *
   * @param filePath below the media folder
   */
  @Transactional(readOnly = true)
  boolean references(String filePath) {
    return jdbc.sql("SELECT COUNT(*) FROM entities WHERE file_path = :path")
            .param("path", filePath)
            .query(Long.class)
            .single()
        > 0;
  }

  /** Whether any row points to any file. */
  @Transactional(readOnly = true)
  boolean haveFiles() {
    return jdbc.sql("SELECT EXISTS (SELECT 1 FROM entities WHERE file_path IS NOT NULL)")
        .query(Boolean.class)
        .single();
  }

  /**
   * @param id number of an entity
   * @return its row, also when it is in the trash
   */
  @Transactional(readOnly = true)
  public Optional<MediaEntity> find(long id) {
    return Optional.ofNullable(entities.find(MediaEntity.class, id));
  }

  /**
   * @param id number of an entity
   * @return the entity as clients see it, also when it is in the trash
   * @throws NotFoundException if there is none
   */
  @Transactional(readOnly = true)
  public EntityView get(long id) {
    return views(List.of(require(id))).get(0);
  }

  /**
   * An entity as it was; what the tree says is as of now.
   *
   * @param id number of an entity
   * @param version ordinal in its own history, from 1
   * @return the entity at that version
   * @throws NotFoundException if there is no such entity or version
   */
  @Transactional(readOnly = true)
  public EntityView get(long id, long version) {
    require(id);
    MediaEntity then = history.version(List.of(id), version).get(id);
    if (then == null) {
      throw new NotFoundException("Entity " + id + " version " + version + " not found");
    }
    return views(List.of(then)).get(0);
  }

  /**
   * @param id number of an entity; one deleted for good keeps its history
   * @return its versions, oldest first
   * @throws NotFoundException if there are none
   */
  @Transactional(readOnly = true)
  public List<EntityVersion> versions(long id) {
    List<EntityVersion> versions = history.versions(id);
    if (versions.isEmpty()) {
      throw new NotFoundException("Entity not found or no versions available");
    }
    return versions;
  }

  private List<EntityView> views(List<MediaEntity> rows) {
    List<Long> all = rows.stream().map(MediaEntity::id).toList();
    Map<Long, Integer> children = tree.liveChildren(all);
    Set<Long> belowTrash = tree.belowTrash(all);
    return rows.stream()
        .map(
            row ->
                EntityView.of(
                    row, children.getOrDefault(row.id(), 0), belowTrash.contains(row.id())))
        .toList();
  }

  private MediaEntity require(long id) {
    return find(id).orElseThrow(() -> new NotFoundException("Entity not found"));
  }
}
