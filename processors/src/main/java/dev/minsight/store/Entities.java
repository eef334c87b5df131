package dev.minsight.store;

import dev.minsight.support.ApiException;
import dev.minsight.support.Caller;
import dev.minsight.support.IdCounter;
import dev.minsight.support.NotFoundException;
import dev.minsight.support.Turns;
import jakarta.persistence.EntityManager;
import java.time.Clock;
import java.util.Collection;
import java.util.HashSet;
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

  /** Ids asked for in one statement. */
  private static final int BATCH = 500;

  /** Whoever changes what hangs where takes this turn before looking, see {@link Turns}. */
  static final String TREE = "entity-tree";

  private final EntityManager entities;
  private final JdbcClient jdbc;
  private final EntityTree tree;
  private final EntityRows rows;
  private final EntityHistory history;
  private final IdCounter ids;
  private final Turns turns;
  private final ItemEvents events;
  private final ApplicationEventPublisher changes;
  private final FileWork files;
  private final Clock clock;

  Entities(
      EntityManager entities,
      JdbcClient jdbc,
      EntityTree tree,
      EntityRows rows,
      EntityHistory history,
      IdCounter ids,
      Turns turns,
      ItemEvents events,
      ApplicationEventPublisher changes,
      FileWork files,
      Clock clock) {
    this.entities = entities;
    this.jdbc = jdbc;
    this.tree = tree;
    this.rows = rows;
    this.history = history;
    this.ids = ids;
    this.turns = turns;
    this.events = events;
    this.changes = changes;
    this.files = files;
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
    turns.take(TREE);
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
   * @param announced the file's line in {@link FileWork}
   * @return the new entity, or the one that has the content already
   * @throws ApiException 422 if it may not hang there, 409 if its content lies in the trash
   */
  @Transactional
  Stored insert(Naming naming, Content content, String announced) {
    turns.take(TREE);
    requireParent(naming.parentId());
    Optional<Holder> known = holder(content.digest());
    if (known.isPresent()) {
      return known.get().live();
    }
    MediaEntity media =
        MediaEntity.media(
            ids.next("entity"), naming, content, clock.millis(), Caller.current().userId());
    entities.persist(media);
    // Now, not at the commit: another process may have stored the same content.
    entities.flush();
    files.arrived(announced);
    events.mediaCreated(media);
    changes.publishEvent(new EntityChanged(media.id()));
    return new Stored(media.id(), true);
  }

  /**
   * Looks a content up before anything is written.
   *
   * @return the entity that has it, a live one first; empty when it is new
   */
  @Transactional(readOnly = true)
  Optional<Holder> holder(String digest) {
    return jdbc.sql(
            """
            SELECT id, is_deleted FROM entities WHERE md5 = :md5
            ORDER BY is_deleted, id DESC LIMIT 1""")
        .param("md5", digest)
        .query((row, n) -> new Holder(row.getLong(1), row.getBoolean(2)))
        .optional();
  }

  /**
   * Who has a content.
   *
   * @param id number of the entity
   * @param inTrash whether it lies in the trash itself
   */
  record Holder(long id, boolean inTrash) {

    /** The entity, unless it is in the trash. */
    Stored live() {
      if (inTrash) {
        throw new ApiException(
            409,
            "File content matches existing entity "
                + id
                + ", which is in the trash. Restore it instead of storing its content again"
                + " (restore_deleted=true does so).");
      }
      return new Stored(id, false);
    }
  }

  /**
   * Checks a parent before work is put into a file.
   *
   * @throws ApiException (422) if nothing may hang there
   */
  @Transactional(readOnly = true)
  void requireParent(Long parentId) {
    tree.objection(null, parentId)
        .ifPresent(
            objection -> {
              throw new ApiException(422, objection);
            });
  }

  /**
   * @param ids numbers of entities
   * @return those that exist, in the trash or not
   */
  @Transactional(readOnly = true)
  public Set<Long> existing(Collection<Long> ids) {
    Set<Long> existing = new HashSet<>();
    List<Long> all = List.copyOf(ids);
    for (int from = 0; from < all.size(); from += BATCH) {
      existing.addAll(
          jdbc.sql("SELECT id FROM entities WHERE id IN (:ids)")
              .param("ids", all.subList(from, Math.min(all.size(), from + BATCH)))
              .query(Long.class)
              .list());
    }
    return existing;
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
    return rows.find(id).orElseThrow(() -> new NotFoundException("Entity not found"));
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
    return views(List.of(atVersion(id, version))).get(0);
  }

  /**
   * An entity as it was at an instant, with the tree as it was then.
   *
   * @param id number of an entity, also of one deleted for good since
   * @param millis the instant, milliseconds since 1970
   * @return the entity then
   * @throws NotFoundException if there was none then
   */
  @Transactional(readOnly = true)
  public EntityView asOf(long id, long millis) {
    return history
        .asOf(id, millis)
        .orElseThrow(() -> new NotFoundException("Entity " + id + " did not exist at " + millis));
  }

  /** The row of an entity as it was. */
  @Transactional(readOnly = true)
  MediaEntity atVersion(long id, long version) {
    require(id);
    MediaEntity then = history.version(List.of(id), version).get(id);
    if (then == null) {
      throw new NotFoundException("Entity " + id + " version " + version + " not found");
    }
    return then;
  }

  /**
   * Finds a live media item by its content.
   *
   * @param digest field {@code md5} of an entity, or SHA-256 of a file, hex
   * @return its id
   */
  @Transactional(readOnly = true)
  public Optional<Long> byContent(String digest) {
    return jdbc.sql(
            """
            SELECT id FROM entities
            WHERE (md5 = :digest OR content_sha256 = :digest)
              AND NOT is_deleted AND NOT is_collection
            ORDER BY id DESC LIMIT 1""")
        .param("digest", digest)
        .query(Long.class)
        .optional();
  }

  /**
   * Finds a live collection by its label; of several the one that was made last.
   *
   * @param label exact
   * @param parentId where to look: a collection, 0 for the root, null for everywhere
   * @return its id
   */
  @Transactional(readOnly = true)
  public Optional<Long> collectionByLabel(String label, Long parentId) {
    return jdbc.sql(
            """
            SELECT id FROM entities
            WHERE label = :label AND is_collection AND NOT is_deleted
              AND (:parent = -1 OR COALESCE(parent_id, 0) = :parent)
            ORDER BY id DESC LIMIT 1""")
        .param("label", label)
        .param("parent", parentId == null ? -1 : parentId)
        .query(Long.class)
        .optional();
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
