package dev.minsight.store;

/**
 * An entity was made or changed; published inside the transaction, so listeners that act on it wait
 * for the commit.
 *
 * @param entityId number of the entity
 */
public record EntityChanged(long entityId) {}
