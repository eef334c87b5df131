package dev.minsight.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.PrePersist;
import jakarta.persistence.PreUpdate;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import org.hibernate.envers.Audited;

/**
 * One row of the store: a collection, or a media item with its file. Every change leaves a row in
 * {@code entities_version}. Relations are plain ids, so reading one entity reads one row.
 */
@Entity
@Table(name = "entities")
@Audited
public class MediaEntity {

  @Id private Long id;

  @Column(name = "is_collection")
  private boolean collection;

  private String label;
  private String description;
  private Long parentId;
  private Long addedDate;
  private Long updatedDate;
  private Long createDate;
  private String addedBy;
  private String updatedBy;
  private Long fileSize;
  private Integer height;
  private Integer width;
  private Double duration;
  private String mimeType;
  private String type;
  private String extension;
  private String md5;
  private String filePath;

  /** Where it was taken, degrees; searches filter by it in SQL. */
  private Double latitude;

  private Double longitude;

  @Column(name = "is_deleted")
  private boolean deleted;

  private Long deletedAt;

  @Column(name = "content_sha256")
  private String contentSha256;

  private String originalName;

  /** Label and description, see {@link SearchText#searchable}. */
  private String searchText;

  /** Label, description and name of the file, see {@link SearchText#words}. */
  private String words;

  /** See {@link SearchText#key}. */
  private String labelKey;

  @Version private Long rowVersion;

  /** For Hibernate. */
  protected MediaEntity() {}

  /**
   * A new collection.
   *
   * @param id from the counter
   * @param names label, description and parent
   * @param now milliseconds since 1970
   * @param actor who makes it, or null
   */
  static MediaEntity collection(long id, Naming names, long now, String actor) {
    MediaEntity entity = new MediaEntity();
    entity.id = id;
    entity.collection = true;
    entity.created(names, now, actor);
    entity.createDate = now;
    return entity;
  }

  /**
   * A new media item whose file is already in its place.
   *
   * @param id from the counter
   * @param names label, description and parent
   * @param content what the file is
   * @param now milliseconds since 1970
   * @param actor who makes it, or null
   */
  static MediaEntity media(long id, Naming names, Content content, long now, String actor) {
    MediaEntity entity = new MediaEntity();
    entity.id = id;
    entity.created(names, now, actor);
    entity.createDate = content.capturedAtMillis() == null ? now : content.capturedAtMillis();
    entity.hold(content);
    return entity;
  }

  /** Takes a file on; create_date stays as it is. */
  void hold(Content content) {
    fileSize = content.size();
    height = content.height();
    width = content.width();
    duration = content.durationSeconds();
    latitude = content.latitude();
    longitude = content.longitude();
    mimeType = content.type().mime();
    type = content.type().kind();
    extension = content.type().extension();
    md5 = content.digest();
    contentSha256 = content.sha256();
    filePath = content.filePath();
    originalName = content.originalName();
  }

  /** Has new names and a new place. */
  void describe(Naming names) {
    label = names.label();
    description = names.description();
    parentId = names.parentId();
  }

  /** Goes into the trash or comes out of it. */
  void trash(boolean inTrash, long now) {
    if (inTrash != deleted) {
      deleted = inTrash;
      deletedAt = inTrash ? now : null;
    }
  }

  /** Was changed; the time ascends with every change, also within a millisecond. */
  void touched(long now, String actor) {
    updatedDate = updatedDate == null ? now : Math.max(now, updatedDate + 1);
    updatedBy = actor;
  }

  private void created(Naming names, long now, String actor) {
    label = names.label();
    description = names.description();
    parentId = names.parentId();
    addedDate = now;
    updatedDate = now;
    addedBy = actor;
    updatedBy = actor;
  }

  /** Derives what is searched and sorted by; whoever changes a text need not think of it. */
  @PrePersist
  @PreUpdate
  void derive() {
    searchText = SearchText.searchable(label, description);
    words = SearchText.words(label, description, originalName);
    labelKey = SearchText.key(label);
  }

  /**
   * @return number of the entity, 1 or more, never used again
   */
  public long id() {
    return id;
  }

  /**
   * @return whether it holds others instead of a file; never changes
   */
  public boolean isCollection() {
    return collection;
  }

  /**
   * @return what people call it, or null
   */
  public String label() {
    return label;
  }

  /**
   * @return more words about it, or null
   */
  public String description() {
    return description;
  }

  /**
   * @return id of the collection it lies in, null at the root
   */
  public Long parentId() {
    return parentId;
  }

  /**
   * @return when it came in, milliseconds since 1970
   */
  public Long addedDate() {
    return addedDate;
  }

  /**
   * @return when it was last changed, milliseconds since 1970
   */
  public Long updatedDate() {
    return updatedDate;
  }

  /**
   * @return when the picture was taken as far as the file tells, else when it came in; milliseconds
   *     since 1970
   */
  public Long createDate() {
    return createDate;
  }

  /**
   * @return user id of who brought it, or null
   */
  public String addedBy() {
    return addedBy;
  }

  /**
   * @return user id of who changed it last, or null
   */
  public String updatedBy() {
    return updatedBy;
  }

  /**
   * @return length of the original, bytes; null for collections
   */
  public Long fileSize() {
    return fileSize;
  }

  /**
   * @return upright height, pixels, or null
   */
  public Integer height() {
    return height;
  }

  /**
   * @return upright width, pixels, or null
   */
  public Integer width() {
    return width;
  }

  /**
   * @return length of a video or sound, seconds, or null
   */
  public Double duration() {
    return duration;
  }

  /**
   * @return what the bytes are, for example {@code image/jpeg}; null for collections
   */
  public String mimeType() {
    return mimeType;
  }

  /**
   * @return image, video, audio, text or file; null for collections
   */
  public String type() {
    return type;
  }

  /**
   * @return extension of the file on disk, without the dot; null for collections
   */
  public String extension() {
    return extension;
  }

  /**
   * @return digest of the content as clients know it: 128 hex of the decoded pixels of an image, 32
   *     hex of the bytes of anything else; opaque
   */
  public String md5() {
    return md5;
  }

  /**
   * @return the original below the media folder, with slashes; null for collections
   */
  public String filePath() {
    return filePath;
  }

  /**
   * @return whether it is in the trash itself
   */
  public boolean isDeleted() {
    return deleted;
  }

  /**
   * @return when it went into the trash, milliseconds since 1970, or null
   */
  public Long deletedAt() {
    return deletedAt;
  }

  /**
   * @return SHA-256 of the original's bytes, 64 hex; null for collections
   */
  public String contentSha256() {
    return contentSha256;
  }

  /**
   * @return changes with every change of the row, and only then; without quotes
   */
  public String etag() {
    return etag(id, rowVersion);
  }

  /** The same of a row that was read without JPA; its versions count no changes (null). */
  static String etag(long id, Long rowVersion) {
    return id + "-" + rowVersion;
  }

  /**
   * @return harmless form of the name it came with, or null
   */
  public String originalName() {
    return originalName;
  }
}
