package dev.minsight.store;

import dev.minsight.support.ApiException;
import dev.minsight.support.Caller;
import dev.minsight.support.NotFoundException;
import dev.minsight.support.Turns;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Changes of an entity's row, on behalf of {@link Caller#current()}: replacing its names (PUT),
 * some of its fields (PATCH), its file. Each method is one transaction and leaves one version.
 */
@Service
public class EntityChanges {

  private static final int PUT_REFUSED = 400;
  private static final int PATCH_REFUSED = 422;

  private final EntityManager entities;
  private final EntityTree tree;
  private final Turns turns;
  private final FileWork files;
  private final StreamRows streams;
  private final ItemEvents events;
  private final ApplicationEventPublisher changes;
  private final Clock clock;

  EntityChanges(
      EntityManager entities,
      EntityTree tree,
      Turns turns,
      FileWork files,
      StreamRows streams,
      ItemEvents events,
      ApplicationEventPublisher changes,
      Clock clock) {
    this.entities = entities;
    this.tree = tree;
    this.turns = turns;
    this.files = files;
    this.streams = streams;
    this.events = events;
    this.changes = changes;
    this.clock = clock;
  }

  /**
   * Replaces names and place; the file stays.
   *
   * @param id number of the entity, also one in the trash
   * @param replacement what it is to be
   * @param precondition what the caller knows of it
   * @throws NotFoundException if there is no such entity
   * @throws ApiException 400 if it cannot be so, 412 if it was changed meanwhile
   */
  @Transactional
  public void put(long id, Replacement replacement, Precondition precondition) {
    change(putting(id, replacement, precondition));
  }

  /**
   * Checks a replacement before work is put into its file.
   *
   * @throws NotFoundException if there is no such entity
   * @throws ApiException 400 if it cannot be so, 412 if it was changed meanwhile
   */
  @Transactional(readOnly = true)
  public void check(long id, Replacement replacement, Precondition precondition) {
    MediaEntity entity =
        Optional.ofNullable(entities.find(MediaEntity.class, id))
            .orElseThrow(EntityChanges::notFound);
    requireFit(entity, replacement, precondition);
  }

  private MediaEntity putting(long id, Replacement replacement, Precondition precondition) {
    MediaEntity entity = locked(id);
    turns.take(Entities.TREE);
    requireFit(entity, replacement, precondition);
    entity.describe(replacement.naming());
    return entity;
  }

  private void requireFit(MediaEntity entity, Replacement replacement, Precondition precondition) {
    precondition.check(entity);
    if (replacement.collection() != entity.isCollection()) {
      throw new ApiException(
          PUT_REFUSED,
          "Cannot change is_collection from %s to %s. is_collection is immutable after entity creation."
              .formatted(word(entity.isCollection()), word(replacement.collection())));
    }
    requireParent(entity.id(), replacement.naming().parentId(), PUT_REFUSED);
  }

  /** As the contract's texts spell booleans. */
  private static String word(boolean value) {
    return value ? "True" : "False";
  }

  /**
   * Replaces names, place and file; the file lies in its place already.
   *
   * @param announced the file's line in {@link FileWork}
   * @return work that is left to do after the commit
   * @throws ApiException also 409 if another entity has the content
   */
  @Transactional
  List<String> putFile(
      long id, Replacement replacement, Content content, String announced, Precondition pre) {
    MediaEntity entity = putting(id, replacement, pre);
    requireNobodyElseHas(content.digest(), id);
    List<String> work = new ArrayList<>();
    if (!content.filePath().equals(entity.filePath())) {
      work.add(files.replaced(id, entity.filePath(), entity.extension(), entity.contentSha256()));
      streams.forget(id);
      work.add(files.remove(MediaFiles.streamFolder(entity)));
    }
    boolean replaced = !content.digest().equals(entity.md5());
    entity.hold(content);
    change(entity);
    // Now, not at the commit: another process may have stored the same content.
    entities.flush();
    files.arrived(announced);
    if (replaced) {
      events.fileReplaced(entity);
    }
    return work;
  }

  /**
   * Looks a content up before anything is written.
   *
   * @throws ApiException (409) if another entity has it, in the trash or not
   */
  @Transactional(readOnly = true)
  void requireNobodyElseHas(String digest, long id) {
    entities
        .createQuery(
            "select e.id from MediaEntity e where e.md5 = :md5 and e.id <> :id", Long.class)
        .setParameter("md5", digest)
        .setParameter("id", id)
        .setMaxResults(1)
        .getResultStream()
        .findFirst()
        .ifPresent(
            other -> {
              throw new ApiException(
                  409,
                  "File content matches existing entity "
                      + other
                      + ". Update would create a duplicate across entities.");
            });
  }

  /**
   * Changes some fields. Nothing wanted changes nothing, and leaves no version.
   *
   * @param id number of the entity, also one in the trash
   * @param patch what is to change
   * @param precondition what the caller knows of it
   * @throws NotFoundException if there is no such entity
   * @throws ApiException 422 if it may not hang there, 409 if it cannot leave the trash because a
   *     live entity has its content, 412 if it was changed meanwhile
   */
  @Transactional
  public void patch(long id, EntityPatch patch, Precondition precondition) {
    MediaEntity entity = locked(id);
    precondition.check(entity);
    if (patch.isEmpty()) {
      return;
    }
    turns.take(Entities.TREE);
    if (patch.parentId().sent()) {
      requireParent(id, patch.parentId().value(), PATCH_REFUSED);
    }
    entity.describe(
        new Naming(
            patch.label().or(entity.label()),
            patch.description().or(entity.description()),
            patch.parentId().or(entity.parentId())));
    trash(entity, patch.deleted().or(entity.isDeleted()));
    change(entity);
  }

  private void trash(MediaEntity entity, boolean inTrash) {
    if (entity.isDeleted() && !inTrash && entity.md5() != null) {
      requireNoLiveTwin(entity);
    }
    entity.trash(inTrash, clock.millis());
  }

  private void requireNoLiveTwin(MediaEntity entity) {
    entities
        .createQuery(
            "select e.id from MediaEntity e where e.md5 = :md5 and e.deleted = false", Long.class)
        .setParameter("md5", entity.md5())
        .setMaxResults(1)
        .getResultStream()
        .findFirst()
        .ifPresent(
            twin -> {
              throw new ApiException(
                  409,
                  "Entity %d cannot be restored: entity %d has the same content."
                      .formatted(entity.id(), twin));
            });
  }

  private void requireParent(long id, Long parentId, int status) {
    tree.objection(id, parentId)
        .ifPresent(
            objection -> {
              throw new ApiException(status, objection);
            });
  }

  private void change(MediaEntity entity) {
    entity.touched(clock.millis(), Caller.current().userId());
    changes.publishEvent(new EntityChanged(entity.id()));
  }

  /** Locked against other servers; SQLite has one writer anyway. */
  private MediaEntity locked(long id) {
    return Optional.ofNullable(entities.find(MediaEntity.class, id, LockModeType.PESSIMISTIC_WRITE))
        .orElseThrow(EntityChanges::notFound);
  }

  private static NotFoundException notFound() {
    return new NotFoundException("Entity not found");
  }
}
