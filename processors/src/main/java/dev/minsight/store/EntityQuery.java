package dev.minsight.store;

/**
 * Which entities to list; all conditions must hold. Null leaves a condition out.
 *
 * @param page from 1
 * @param pageSize 1..100
 * @param version list this version of each (from 1), leaving out what has fewer
 * @param search part of label or description, in any case; taken literally
 * @param excludeDeleted leaves out what is in the trash, itself or with a collection above it
 * @param md5 exact digest
 * @param mimeType exact
 * @param type exact
 * @param width exact, pixels
 * @param height exact, pixels
 * @param fileSizeMin least size, bytes
 * @param fileSizeMax greatest size, bytes
 * @param dateFrom earliest added_date, milliseconds since 1970
 * @param dateTo latest added_date, milliseconds since 1970
 * @param parentId collection it lies in; 0 for the root
 * @param isCollection collections only, or media only
 */
public record EntityQuery(
    long page,
    int pageSize,
    Long version,
    String search,
    boolean excludeDeleted,
    String md5,
    String mimeType,
    String type,
    Long width,
    Long height,
    Long fileSizeMin,
    Long fileSizeMax,
    Long dateFrom,
    Long dateTo,
    Long parentId,
    Boolean isCollection) {

  /**
   * @return index of the page's first row, from 0; a page beyond all numbers is the last one
   */
  long offset() {
    return page > Long.MAX_VALUE / pageSize ? Long.MAX_VALUE : (page - 1) * pageSize;
  }
}
