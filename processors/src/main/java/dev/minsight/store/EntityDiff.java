package dev.minsight.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** What differs between two versions of an entity, in the names of its JSON. */
final class EntityDiff {

  private static final Map<String, Function<MediaEntity, Object>> FIELDS = new LinkedHashMap<>();

  static {
    FIELDS.put("label", MediaEntity::label);
    FIELDS.put("description", MediaEntity::description);
    FIELDS.put("parent_id", MediaEntity::parentId);
    FIELDS.put("is_deleted", MediaEntity::isDeleted);
    FIELDS.put("md5", MediaEntity::md5);
    FIELDS.put("original_name", MediaEntity::originalName);
    FIELDS.put("mime_type", MediaEntity::mimeType);
    FIELDS.put("file_size", MediaEntity::fileSize);
    FIELDS.put("width", MediaEntity::width);
    FIELDS.put("height", MediaEntity::height);
    FIELDS.put("duration", MediaEntity::duration);
    FIELDS.put("create_date", MediaEntity::createDate);
  }

  private EntityDiff() {}

  static List<EntityVersion.Change> between(MediaEntity before, MediaEntity after) {
    List<EntityVersion.Change> changes = new ArrayList<>();
    FIELDS.forEach(
        (name, field) -> {
          Object was = field.apply(before);
          Object is = field.apply(after);
          if (!Objects.equals(was, is)) {
            changes.add(new EntityVersion.Change(name, was, is));
          }
        });
    return changes;
  }
}
