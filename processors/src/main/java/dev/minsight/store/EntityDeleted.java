package dev.minsight.store;

/**
 * An entity is about to be deleted for good; published inside the transaction, while everything
 * that hangs on it is still there.
 *
 * @param entityId number of the entity
 */
public record EntityDeleted(long entityId) {}
