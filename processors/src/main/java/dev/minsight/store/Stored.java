package dev.minsight.store;

/**
 * What became of a file.
 *
 * @param entityId the entity that has it now
 * @param created false when an entity had the content already
 */
public record Stored(long entityId, boolean created) {}
