package dev.minsight.api;

import dev.minsight.store.Entities;
import dev.minsight.store.EntityChanges;
import dev.minsight.store.EntityPatch;
import dev.minsight.store.EntityPatch.Wanted;
import dev.minsight.store.EntityRemoval;
import dev.minsight.store.EntityRestore;
import dev.minsight.store.Intake;
import dev.minsight.store.Precondition;
import dev.minsight.store.Replacement;
import dev.minsight.store.Staged;
import dev.minsight.support.ApiException;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** {@code /entities/{id}}: changing, deleting, restoring; store.md sections 4.6 and 4.7. */
@Component("entityChangesApi")
class EntityChangesApi {

  private final Entities entities;
  private final EntityChanges changes;
  private final EntityRemoval removal;
  private final EntityRestore restore;
  private final Intake intake;
  private final EntityAnswers answers;

  EntityChangesApi(
      Entities entities,
      EntityChanges changes,
      EntityRemoval removal,
      EntityRestore restore,
      Intake intake,
      EntityAnswers answers) {
    this.entities = entities;
    this.changes = changes;
    this.removal = removal;
    this.restore = restore;
    this.intake = intake;
    this.answers = answers;
  }

  /** PUT: new names, a new place, and a new file if one is sent. */
  public void put(Exchange exchange) {
    // The parts first: a form that is too large or broken has no parameters worth checking.
    Optional<Upload> upload = Upload.of(exchange, "media_file", "image");
    Form form = Form.of(exchange);
    long id = form.path("id", "entity_id");
    Replacement replacement =
        new Replacement(
            form.requiredFlag("is_collection"),
            form.requiredButEmpty("label"),
            form.text("description").orElse(null),
            form.number("parent_id").orElse(null));
    form.check();
    Precondition precondition = IfMatch.of(exchange);
    act(
        exchange,
        () -> {
          if (upload.isEmpty()) {
            changes.put(id, replacement, precondition);
          } else {
            replaceFile(id, upload.get(), replacement, precondition);
          }
          return null;
        });
    answer(exchange, id);
  }

  private void replaceFile(
      long id, Upload upload, Replacement replacement, Precondition precondition) {
    changes.check(id, replacement, precondition);
    if (replacement.collection()) {
      throw new ApiException(400, "Media file should not be provided when is_collection is True");
    }
    try (Staged staged = upload.stage(intake)) {
      intake.replace(id, staged, replacement, precondition);
    }
  }

  /** PATCH: the fields that are sent, as a form or as JSON; an empty one is emptied. */
  public void patch(Exchange exchange) {
    Form form = Form.ofFormOrJson(exchange);
    long id = form.path("id", "entity_id");
    EntityPatch patch =
        new EntityPatch(
            text(form, "label"), text(form, "description"), parent(form), deleted(form));
    form.check();
    Precondition precondition = IfMatch.of(exchange);
    act(
        exchange,
        () -> {
          changes.patch(id, patch, precondition);
          return null;
        });
    answer(exchange, id);
  }

  private static Wanted<String> text(Form form, String name) {
    return form.sent(name) ? Wanted.of(form.text(name).orElse(null)) : Wanted.not();
  }

  private static Wanted<Long> parent(Form form) {
    return form.sent("parent_id") ? Wanted.of(form.number("parent_id").orElse(null)) : Wanted.not();
  }

  private static Wanted<Boolean> deleted(Form form) {
    return form.flag("is_deleted").map(Wanted::of).orElseGet(Wanted::not);
  }

  /** DELETE: for good, what is in the trash. */
  public void delete(Exchange exchange) {
    Form form = Form.query(exchange);
    long id = form.path("id", "entity_id");
    form.check();
    Precondition precondition = IfMatch.of(exchange);
    act(
        exchange,
        () -> {
          removal.delete(id, precondition);
          return null;
        });
    Wire.nothing(exchange);
  }

  /** POST restore: out of the trash, or back to a version. */
  public void restore(Exchange exchange) {
    Form query = Form.query(exchange);
    long id = query.path("id", "entity_id");
    Optional<Long> version = query.number("version");
    query.check();
    Precondition precondition = IfMatch.of(exchange);
    act(
        exchange,
        () -> {
          if (version.isPresent()) {
            restore.version(id, version.get(), precondition);
          } else {
            restore.fromTrash(id, precondition);
          }
          return null;
        });
    answer(exchange, id);
  }

  private static void act(Exchange exchange, Supplier<Void> change) {
    Requests.caller(exchange).call(change);
  }

  private void answer(Exchange exchange, long id) {
    answers.one(exchange, 200, entities.get(id));
  }
}
