package dev.minsight.ingest;

import java.nio.file.Path;

/**
 * A watched folder, or a file of it, that is left for now and tried again by itself.
 *
 * @param folder the watched folder
 * @param reason what is being waited for, in plain words
 */
public record Waiting(Path folder, String reason) {}
