package dev.minsight.ml;

import java.net.URI;
import java.util.List;

/**
 * One file of a model.
 *
 * @param file file name, without folder
 * @param urls where it can be had, tried in this order; empty for bundled models
 * @param size in bytes
 * @param sha256 of the file, 64 lower-case hex digits
 */
public record ModelPart(String file, List<URI> urls, long size, String sha256) {}
