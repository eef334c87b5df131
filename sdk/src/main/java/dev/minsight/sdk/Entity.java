package dev.minsight.sdk;

/**
 * A stored item: a picture, a video, any other file, or a collection of them. Every value but the
 * id may be null where the server does not know it or it does not apply.
 *
 * @param id never reused, even after a hard delete
 * @param isCollection fixed at creation
 * @param label what people call it; for an ingested file its name
 * @param description free text
 * @param parentId the collection it is in; null at the root
 * @param childrenCount direct children of a collection
 * @param addedDate when it was stored, milliseconds since the epoch
 * @param updatedDate when it last changed, milliseconds since the epoch
 * @param createDate when the picture was taken, milliseconds since the epoch
 * @param addedBy user id
 * @param updatedBy user id
 * @param fileSize in bytes
 * @param height upright, in pixels
 * @param width upright, in pixels
 * @param duration in seconds
 * @param mimeType as the bytes say, whatever the name was
 * @param type {@code image}, {@code video}, {@code audio}, {@code text} or {@code file}
 * @param extension without a dot
 * @param md5 digest of the content; opaque, its length depends on the type
 * @param filePath relative to the server's media folder
 * @param isDeleted soft-deleted: hidden, but restorable
 * @param isIndirectlyDeleted inside a soft-deleted collection
 * @param intelligenceData what is known of the content; only where a single entity was asked for
 */
@WireRecord
public record Entity(
    long id,
    boolean isCollection,
    String label,
    String description,
    Long parentId,
    Integer childrenCount,
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
    Boolean isIndirectlyDeleted,
    Intelligence intelligenceData) {}
