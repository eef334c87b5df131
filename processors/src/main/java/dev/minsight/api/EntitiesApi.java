package dev.minsight.api;

import dev.minsight.store.Entities;
import dev.minsight.store.Intake;
import dev.minsight.store.NewMedia;
import dev.minsight.store.Staged;
import dev.minsight.store.Stored;
import dev.minsight.support.ApiException;
import dev.minsight.support.NotFoundException;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** {@code /entities}: making and reading; store.md section 4. */
@Component("entitiesApi")
class EntitiesApi {

  private final Entities entities;
  private final Intake intake;
  private final EntityAnswers answers;

  EntitiesApi(Entities entities, Intake intake, EntityAnswers answers) {
    this.entities = entities;
    this.intake = intake;
    this.answers = answers;
  }

  /** POST: 201 with what was made, 200 with the entity that has the content already. */
  public void create(Exchange exchange) {
    // The parts first: a form that is too large or broken has no parameters worth checking.
    Optional<Upload> upload = Upload.of(exchange, "media_file", "image");
    Form form = Form.of(exchange);
    boolean collection = form.requiredFlag("is_collection");
    String label = form.text("label").orElse(null);
    String description = form.text("description").orElse(null);
    Long parentId = form.number("parent_id").orElse(null);
    boolean restoreDeleted = form.flag("restore_deleted").orElse(false);
    form.check();
    if (collection && upload.isPresent()) {
      throw new ApiException(422, "Media file should not be provided when is_collection is True");
    }
    Stored stored =
        Requests.caller(exchange)
            .call(
                () ->
                    collection
                        ? new Stored(entities.createCollection(label, description, parentId), true)
                        : store(
                            upload,
                            new NewMedia(label, description, parentId, false, restoreDeleted)));
    answers.one(exchange, stored.created() ? 201 : 200, entities.get(stored.entityId()));
  }

  private Stored store(Optional<Upload> upload, NewMedia details) {
    if (upload.isEmpty() || upload.get().size() == 0) {
      throw new ApiException(422, "Media file is required when is_collection is False");
    }
    try (Staged staged = upload.get().stage(intake)) {
      return intake.store(staged, details);
    }
  }

  /** GET by id, as it is or as it was. */
  public void get(Exchange exchange) {
    Form query = Form.query(exchange);
    long id = query.path("id", "entity_id");
    Optional<Long> version = query.number("version");
    Optional<Long> asOf = query.number("as_of");
    if (version.isPresent() && asOf.isPresent()) {
      query.wrong("as_of", "value_error", "as_of and version exclude each other", asOf.get());
    }
    query.check();
    if (version.isPresent()) {
      Wire.json(exchange, 200, answers.full(entities.get(id, version.get())));
    } else if (asOf.isPresent()) {
      Wire.json(exchange, 200, answers.plain(entities.asOf(id, asOf.get())));
    } else {
      answers.oneInFull(exchange, entities.get(id));
    }
  }

  /** GET lookup: a live media item by its content, or a live collection by its label. */
  public void lookup(Exchange exchange) {
    Form query = Form.query(exchange);
    Optional<String> md5 = query.text("md5");
    Optional<String> label = query.text("label");
    Long parentId = query.number("parent_id").orElse(null);
    query.check();
    if (md5.isEmpty() && label.isEmpty()) {
      throw new ApiException(400, "Must provide either md5 or label parameter");
    }
    long id =
        md5.map(entities::byContent)
            .orElseGet(() -> entities.collectionByLabel(label.get(), parentId))
            .orElseThrow(() -> new NotFoundException("No matching entity found"));
    answers.one(exchange, 200, entities.get(id));
  }

  /** GET the list of versions. */
  public void versions(Exchange exchange) {
    Form query = Form.query(exchange);
    long id = query.path("id", "entity_id");
    query.check();
    Wire.json(exchange, 200, entities.versions(id));
  }
}
