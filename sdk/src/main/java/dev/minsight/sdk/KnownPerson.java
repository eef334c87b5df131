package dev.minsight.sdk;

/**
 * A person whose faces were found to belong together.
 *
 * @param id never reused
 * @param name as someone gave it, or null while nameless
 * @param createdAt milliseconds since the epoch
 * @param updatedAt milliseconds since the epoch
 * @param faceCount faces assigned now; null where the server does not count them
 */
@WireRecord
public record KnownPerson(long id, String name, long createdAt, long updatedAt, Long faceCount) {}
