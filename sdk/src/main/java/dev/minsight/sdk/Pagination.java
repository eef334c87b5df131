package dev.minsight.sdk;

/**
 * Where a page stands in its list.
 *
 * @param page from 1
 * @param pageSize most items of a page
 * @param totalItems in all pages
 * @param totalPages 0 for an empty list
 * @param hasNext whether a later page has items
 * @param hasPrev whether this is not the first page
 */
@WireRecord
public record Pagination(
    int page, int pageSize, long totalItems, int totalPages, boolean hasNext, boolean hasPrev) {}
