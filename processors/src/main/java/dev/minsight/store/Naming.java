package dev.minsight.store;

/**
 * What people say about an entity: how it is called and where it lies.
 *
 * @param label or null
 * @param description or null
 * @param parentId id of a collection, or null for the root
 */
record Naming(String label, String description, Long parentId) {}
