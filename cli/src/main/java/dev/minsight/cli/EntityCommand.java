package dev.minsight.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.sdk.Entity;
import dev.minsight.sdk.EntityFilter;
import dev.minsight.sdk.EntityPage;
import dev.minsight.sdk.EntityVersion;
import dev.minsight.sdk.Intelligence;
import dev.minsight.sdk.Pagination;
import dev.minsight.sdk.StoreClient;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** The media and collections of a server. */
@Command(name = "entity", description = "List, show and download what is stored.")
final class EntityCommand {

  @ParentCommand RootCommand root;

  @Command(description = "List entities, newest first.")
  int list(
      @Option(names = "--page", defaultValue = "1") int page,
      @Option(names = "--page-size", defaultValue = "20", description = "1..100.") int pageSize,
      @Option(names = "--search", paramLabel = "TEXT", description = "Part of the label.")
          String search,
      @Option(names = "--type", description = "image, video, audio, text or file.") String type,
      @Option(names = "--mime-type") String mimeType,
      @Option(names = "--parent", paramLabel = "ID", description = "A collection; 0 is the root.")
          Long parent,
      @Option(names = "--collections", description = "Only collections.") boolean collections,
      @Option(names = "--include-deleted", description = "Soft-deleted ones, too.")
          boolean includeDeleted) {
    EntityPage found =
        root.client()
            .store()
            .list(
                EntityFilter.everything()
                    .page(page)
                    .pageSize(pageSize)
                    .search(search)
                    .type(type)
                    .mimeType(mimeType)
                    .where("parent_id", parent)
                    .where("is_collection", collections ? true : null)
                    .where("exclude_deleted", includeDeleted ? null : true));
    Output output = root.output();
    if (output.json()) {
      output.document(found.items());
      return ExitCode.OK;
    }
    output.table(
        List.of("ID", "TYPE", "BYTES", "ADDED", "LABEL"),
        found.items().stream().map(EntityCommand::row).toList());
    Pagination place = found.pagination();
    if (place != null) {
      output.progress(
          "page "
              + place.page()
              + " of "
              + place.totalPages()
              + ", "
              + place.totalItems()
              + " in all");
    }
    return ExitCode.OK;
  }

  @Command(description = "Show one entity.")
  int get(
      @Parameters(paramLabel = "ID") long id,
      @Option(names = "--at-version", paramLabel = "N", description = "As it was, from 1.")
          Integer version) {
    StoreClient store = root.client().store();
    Entity entity = version == null ? store.get(id) : store.get(id, version);
    Output output = root.output();
    if (output.json()) {
      output.document(entity);
      return ExitCode.OK;
    }
    for (Map.Entry<String, JsonNode> field : Output.tree(entity).properties()) {
      if (field.getValue().isValueNode()) {
        output.text(field.getKey() + ": " + field.getValue().asText());
      }
    }
    Intelligence state = entity.intelligenceData();
    if (state != null) {
      output.text("intelligence: " + state.overallStatus() + Text.faces(state));
    }
    return ExitCode.OK;
  }

  @Command(description = "Show an entity's history, oldest first.")
  int versions(@Parameters(paramLabel = "ID") long id) {
    List<EntityVersion> versions = root.client().store().versions(id);
    Output output = root.output();
    if (output.json()) {
      output.document(versions);
    } else {
      output.table(
          List.of("VERSION", "TRANSACTION", "OPERATION", "UPDATED", "LABEL"),
          versions.stream()
              .map(
                  version ->
                      List.of(
                          Text.of(version.version()),
                          Text.of(version.transactionId()),
                          Text.of(version.operationType()),
                          Text.time(version.updatedDate()),
                          Text.of(version.label())))
              .toList());
    }
    return ExitCode.OK;
  }

  @Command(description = "Download the original, or a preview.")
  int download(
      @Parameters(paramLabel = "ID") long id,
      @Option(
              names = {"-o", "--output"},
              paramLabel = "PATH",
              description = "A file or a folder; by default this folder and the label.")
          Path target,
      @Option(names = "--preview", description = "The PNG preview.") boolean preview,
      @Option(names = "--force", description = "Replace an existing file.") boolean force)
      throws IOException {
    StoreClient store = root.client().store();
    Path file =
        target != null && !Files.isDirectory(target)
            ? target
            : (target == null ? Path.of("") : target)
                .resolve(Text.fileName(store.get(id), preview));
    if (!force && Files.exists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    if (preview) {
      store.downloadPreview(id, file);
    } else {
      store.downloadMedia(id, file);
    }
    Output output = root.output();
    if (output.json()) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("entity_id", id);
      document.put("path", file.toString());
      document.put("bytes", Files.size(file));
      output.document(document);
    } else {
      output.text(file.toString());
    }
    return ExitCode.OK;
  }

  private static List<String> row(Entity entity) {
    return List.of(
        Text.of(entity.id()),
        entity.isCollection() ? "collection" : Text.of(entity.type()),
        Text.of(entity.fileSize()),
        Text.time(entity.addedDate()),
        Text.of(entity.label()) + (entity.isDeleted() ? " (deleted)" : ""));
  }
}
