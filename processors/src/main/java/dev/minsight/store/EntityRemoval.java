package dev.minsight.store;

import dev.minsight.support.ApiException;
import dev.minsight.support.NotFoundException;
import dev.minsight.support.Turns;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Deletes for good what is in the trash, a collection with all that is in it: rows in one
 * transaction, files after its commit. The history stays.
 */
@Service
public class EntityRemoval {

  /** Entities held in memory at a time. */
  private static final int BATCH = 200;

  private static final int TRIES = 3;

  private final EntityManager entities;
  private final EntityTree tree;
  private final Turns turns;
  private final FileWork files;
  private final StreamRows streams;
  private final ItemEvents events;
  private final ApplicationEventPublisher changes;
  private final TransactionTemplate write;

  EntityRemoval(
      EntityManager entities,
      EntityTree tree,
      Turns turns,
      FileWork files,
      StreamRows streams,
      ItemEvents events,
      ApplicationEventPublisher changes,
      PlatformTransactionManager transactions) {
    this.entities = entities;
    this.tree = tree;
    this.turns = turns;
    this.files = files;
    this.streams = streams;
    this.events = events;
    this.changes = changes;
    this.write = new TransactionTemplate(transactions);
  }

  /**
   * @param id number of an entity that is in the trash, or below a collection that is
   * @param precondition what the caller knows of it
   * @throws NotFoundException if there is no such entity
   * @throws ApiException 400 if it is not in the trash, 412 if it was changed meanwhile
   */
  public void delete(long id, Precondition precondition) {
    files.finish(deleted(id, precondition));
  }

  /**
   * Where transactions run side by side, a step of the pipeline may stand in the way, and we in
   * its.
   */
  private List<String> deleted(long id, Precondition precondition) {
    for (int attempt = 1; ; attempt++) {
      try {
        return Objects.requireNonNull(write.execute(tx -> deleteRows(id, precondition)));
      } catch (ConcurrencyFailureException e) {
        if (attempt == TRIES) {
          throw e;
        }
      }
    }
  }

  private List<String> deleteRows(long id, Precondition precondition) {
    MediaEntity top =
        Optional.ofNullable(entities.find(MediaEntity.class, id, LockModeType.PESSIMISTIC_WRITE))
            .orElseThrow(() -> new NotFoundException("Entity not found"));
    turns.take(Entities.TREE);
    precondition.check(top);
    if (!top.isDeleted() && !tree.belowTrash(List.of(id)).contains(id)) {
      throw new ApiException(
          400,
          "Entity %d must be soft-deleted first: PATCH it with is_deleted=true, then DELETE it."
              .formatted(id));
    }
    List<String> work = new ArrayList<>();
    List<Long> all = tree.subtree(id);
    for (int from = 0; from < all.size(); from += BATCH) {
      for (Long each : all.subList(from, Math.min(all.size(), from + BATCH))) {
        delete(entities.find(MediaEntity.class, each), work);
      }
      entities.flush();
      entities.clear();
    }
    return work;
  }

  private void delete(MediaEntity entity, List<String> work) {
    changes.publishEvent(new EntityDeleted(entity.id()));
    if (!entity.isCollection()) {
      streams.forget(entity.id());
      work.add(files.remove(entity.filePath()));
      work.addAll(files.removeReplaced(entity.id()));
      for (String folder : MediaFiles.derivedFolders(entity)) {
        work.add(files.remove(folder));
      }
    }
    events.deleted(entity);
    entities.remove(entity);
    changes.publishEvent(new EntityChanged(entity.id()));
  }
}
