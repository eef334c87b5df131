package dev.minsight.sdk;

/**
 * What became of an upload.
 *
 * @param entity as stored
 * @param known true when the server had this content already: the entity is the one that was there,
 *     unchanged
 */
public record Uploaded(Entity entity, boolean known) {}
