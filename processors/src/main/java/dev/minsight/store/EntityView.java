package dev.minsight.store;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * An entity as clients see it: its row (or one of its versions) and what the tree around it says.
 * Times are milliseconds since 1970, sizes bytes, dimensions upright pixels, durations seconds.
 *
 * @param id number of the entity
 * @param isCollection whether it holds others
 * @param label or null
 * @param description or null
 * @param parentId collection it lies in, or null
 * @param childrenCount entities directly in it that are not in the trash themselves
 * @param addedDate when it came in
 * @param updatedDate when it was last changed
 * @param createDate when it was taken, else when it came in
 * @param addedBy user id, or null
 * @param updatedBy user id, or null
 * @param fileSize or null
 * @param height or null
 * @param width or null
 * @param duration or null
 * @param mimeType or null
 * @param type image, video, audio, text, file, or null
 * @param extension without dot, or null
 * @param md5 digest of the content, or null
 * @param filePath below the media folder, or null
 * @param isDeleted whether it is in the trash itself
 * @param isIndirectlyDeleted whether any collection above it is in the trash now
 * @param originalName name it came with, or null
 * @param etag changes with every change of the row; a header, not a field; null in lists
 */
public record EntityView(
    long id,
    boolean isCollection,
    String label,
    String description,
    Long parentId,
    int childrenCount,
    Long addedDate,
    Long updatedDate,
    Long createDate,
    String addedBy,
    String updatedBy,
    Long fileSize,
    Integer height,
    Integer width,
    Double duration,
    String mimeType,
    String type,
    String extension,
    String md5,
    String filePath,
    boolean isDeleted,
    boolean isIndirectlyDeleted,
    String originalName,
    @JsonIgnore String etag) {

  /** The same row with what the tree says. */
  EntityView inTree(int liveChildren, boolean belowTrash) {
    return new EntityView(
        id,
        isCollection,
        label,
        description,
        parentId,
        liveChildren,
        addedDate,
        updatedDate,
        createDate,
        addedBy,
        updatedBy,
        fileSize,
        height,
        width,
        duration,
        mimeType,
        type,
        extension,
        md5,
        filePath,
        isDeleted,
        belowTrash,
        originalName,
        etag);
  }

  /** The same row with its ETag. */
  EntityView withEtag(String newEtag) {
    return new EntityView(
        id,
        isCollection,
        label,
        description,
        parentId,
        childrenCount,
        addedDate,
        updatedDate,
        createDate,
        addedBy,
        updatedBy,
        fileSize,
        height,
        width,
        duration,
        mimeType,
        type,
        extension,
        md5,
        filePath,
        isDeleted,
        isIndirectlyDeleted,
        originalName,
        newEtag);
  }

  static EntityView of(MediaEntity e, int childrenCount, boolean indirectlyDeleted) {
    return new EntityView(
        e.id(),
        e.isCollection(),
        e.label(),
        e.description(),
        e.parentId(),
        childrenCount,
        e.addedDate(),
        e.updatedDate(),
        e.createDate(),
        e.addedBy(),
        e.updatedBy(),
        e.fileSize(),
        e.height(),
        e.width(),
        e.duration(),
        e.mimeType(),
        e.type(),
        e.extension(),
        e.md5(),
        e.filePath(),
        e.isDeleted(),
        indirectlyDeleted,
        e.originalName(),
        e.etag());
  }
}
