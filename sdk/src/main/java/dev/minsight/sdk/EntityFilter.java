package dev.minsight.sdk;

import java.time.Instant;

/**
 * Which entities to list. All terms must hold; each method returns a narrower filter and leaves the
 * old one as it was.
 *
 * <pre>{@code
 * EntityFilter.everything().type("image").search("beach").excludeDeleted().pageSize(50)
 * }</pre>
 */
public final class EntityFilter {

  private final Params terms;

  private EntityFilter(Params terms) {
    this.terms = terms;
  }

  /**
   * @return the first page of all entities, newest first, soft-deleted ones too
   */
  public static EntityFilter everything() {
    return new EntityFilter(new Params());
  }

  /**
   * @param page from 1
   */
  public EntityFilter page(int page) {
    return where("page", page);
  }

  /**
   * @param pageSize 1..100, 20 by default
   */
  public EntityFilter pageSize(int pageSize) {
    return where("page_size", pageSize);
  }

  /**
   * @param text part of label or description, in any case
   */
  public EntityFilter search(String text) {
    return where("search_query", text);
  }

  /** Leaves out what was soft-deleted, itself or with a collection above it. */
  public EntityFilter excludeDeleted() {
    return where("exclude_deleted", true);
  }

  /**
   * @param md5 digest as in {@link Entity#md5()}
   */
  public EntityFilter md5(String md5) {
    return where("md5", md5);
  }

  /**
   * @param mimeType for example {@code image/jpeg}
   */
  public EntityFilter mimeType(String mimeType) {
    return where("mime_type", mimeType);
  }

  /**
   * @param type {@code image}, {@code video}, {@code audio}, {@code text} or {@code file}
   */
  public EntityFilter type(String type) {
    return where("type", type);
  }

  /**
   * @param width exact, in pixels
   * @param height exact, in pixels
   */
  public EntityFilter size(int width, int height) {
    return where("width", width).where("height", height);
  }

  /**
   * @param min inclusive, in bytes; null for no limit
   * @param max inclusive, in bytes; null for no limit
   */
  public EntityFilter fileSize(Long min, Long max) {
    return where("file_size_min", min).where("file_size_max", max);
  }

  /**
   * @param from inclusive; null for no limit
   * @param to inclusive; null for no limit
   */
  public EntityFilter added(Instant from, Instant to) {
    return where("date_from", from == null ? null : from.toEpochMilli())
        .where("date_to", to == null ? null : to.toEpochMilli());
  }

  /**
   * @param collectionId the collection they are in, 0 for the root
   */
  public EntityFilter parent(long collectionId) {
    return where("parent_id", collectionId);
  }

  /**
   * @param only true for collections only, false for media only
   */
  public EntityFilter collections(boolean only) {
    return where("is_collection", only);
  }

  /**
   * Any other query parameter the server knows.
   *
   * @param name as on the wire
   * @param value null leaves the filter as it is
   */
  public EntityFilter where(String name, Object value) {
    Params narrower = new Params();
    terms.values().forEach(narrower::add);
    return new EntityFilter(narrower.add(name, value));
  }

  Params toQuery() {
    return terms;
  }
}
