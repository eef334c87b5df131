package dev.minsight.store;

import dev.minsight.store.EntityPatch.Wanted;
import dev.minsight.support.ApiException;
import dev.minsight.support.Caller;
import dev.minsight.support.NotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.springframework.stereotype.Service;

/**
 * Brings back what an entity was: names, place and file of an earlier version. History only grows:
 * the restored state is a new version.
 */
@Service
public class EntityRestore {

  private final Entities entities;
  private final EntityChanges changes;
  private final Intake intake;
  private final FileWork work;
  private final MediaFiles files;

  EntityRestore(
      Entities entities, EntityChanges changes, Intake intake, FileWork work, MediaFiles files) {
    this.entities = entities;
    this.changes = changes;
    this.intake = intake;
    this.work = work;
    this.files = files;
  }

  /**
   * Takes an entity out of the trash.
   *
   * @param id number of the entity
   * @param precondition what the caller knows of it
   */
  public void fromTrash(long id, Precondition precondition) {
    changes.patch(id, EntityPatch.restore(), precondition);
  }

  /**
   * Makes an entity what it was; it is not in the trash afterwards.
   *
   * @param id number of the entity
   * @param version ordinal in its history, from 1
   * @param precondition what the caller knows of it
   * @throws NotFoundException if there is no such entity or version
   * @throws ApiException 409 if the version's file is no longer kept, or another entity has its
   *     content; 422 if it cannot lie where it did; 412 if it was changed meanwhile
   */
  public void version(long id, long version, Precondition precondition) {
    MediaEntity then = entities.atVersion(id, version);
    MediaEntity now =
        entities.find(id).orElseThrow(() -> new NotFoundException("Entity not found"));
    because("restored version " + version)
        .call(
            () -> {
              if (Objects.equals(then.contentSha256(), now.contentSha256())) {
                changes.patch(id, asIn(then), precondition);
              } else {
                withFile(now, then, version, precondition);
              }
              return null;
            });
  }

  private static EntityPatch asIn(MediaEntity then) {
    return new EntityPatch(
        Wanted.of(then.label()),
        Wanted.of(then.description()),
        Wanted.of(then.parentId()),
        Wanted.of(false));
  }

  private void withFile(MediaEntity now, MediaEntity then, long version, Precondition pre) {
    Path kept =
        work.kept(then.id(), then.contentSha256()).stream()
            .map(files::resolve)
            .filter(Files::isRegularFile)
            .findFirst()
            .orElseThrow(
                () ->
                    new ApiException(
                        409,
                        "The file of version %d is no longer kept (minsight.media.keep-replaced); its label is \"%s\"."
                            .formatted(version, then.label())));
    try (Staged staged = intake.stage(kept, then.originalName())) {
      Replacement replacement =
          new Replacement(false, then.label(), then.description(), then.parentId());
      intake.replace(then.id(), staged, replacement, pre);
    }
    if (now.isDeleted()) {
      changes.patch(then.id(), EntityPatch.restore(), Precondition.NONE);
    }
  }

  /** The caller's own reason, where one was given, says more. */
  private static Caller because(String reason) {
    Caller caller = Caller.current();
    return caller.reason() != null
        ? caller
        : new Caller(caller.userId(), caller.requestId(), reason);
  }
}
