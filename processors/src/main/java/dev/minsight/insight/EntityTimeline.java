package dev.minsight.insight;

import dev.minsight.insight.TimelineEntry.Kind;
import dev.minsight.store.Entities;
import dev.minsight.store.EntityVersion;
import dev.minsight.support.NotFoundException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** What people did with an entity, from its versions. */
@Component
class EntityTimeline implements TimelineSource {

  /** Fields that follow from the content of the file, so need no words of their own. */
  private static final List<String> OF_THE_FILE =
      List.of(
          "original_name", "mime_type", "file_size", "width", "height", "duration", "create_date");

  private final Entities entities;

  EntityTimeline(Entities entities) {
    this.entities = entities;
  }

  @Override
  public List<TimelineEntry> of(long entityId) {
    try {
      return entities.versions(entityId).stream().map(EntityTimeline::entry).toList();
    } catch (NotFoundException e) {
      return List.of(); // history may have been cut; the rest is still worth telling
    }
  }

  private static TimelineEntry entry(EntityVersion version) {
    return TimelineEntry.draft(
            "version-" + version.version(), version.timestamp(), Kind.ENTITY, title(version))
        .by(version.actor())
        .entry();
  }

  private static String title(EntityVersion version) {
    String why = version.reason() == null ? "" : " (" + version.reason() + ")";
    return switch (version.operationType()) {
      case "INSERT" -> "Added" + named(version.label()) + why;
      case "DELETE" -> "Deleted for good" + why;
      default -> changed(version) + why;
    };
  }

  private static String changed(EntityVersion version) {
    Map<String, EntityVersion.Change> changes =
        version.changes().stream()
            .collect(Collectors.toMap(EntityVersion.Change::field, Function.identity()));
    String words =
        version.changes().stream()
            .map(change -> words(change, changes.containsKey("md5")))
            .filter(word -> !word.isEmpty())
            .collect(Collectors.joining(", "));
    return words.isEmpty() ? "Details changed" : upper(words);
  }

  private static String words(EntityVersion.Change change, boolean replaced) {
    return switch (change.field()) {
      case "is_deleted" ->
          Boolean.TRUE.equals(change.after()) ? "moved to the trash" : "taken out of the trash";
      case "md5" -> "file replaced";
      case "label" -> change.after() == null ? "name removed" : "renamed" + named(change.after());
      case "description" -> "description changed";
      case "parent_id" ->
          change.after() == null
              ? "moved to the top"
              : "moved to collection %s".formatted(change.after());
      default ->
          OF_THE_FILE.contains(change.field()) && replaced
              ? ""
              : change.field().replace('_', ' ') + " changed";
    };
  }

  private static String named(Object label) {
    return label == null || label.toString().isBlank() ? "" : " as “" + label + "”";
  }

  private static String upper(String words) {
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }
}
