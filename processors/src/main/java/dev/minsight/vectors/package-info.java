/** Nearest neighbours of stored vectors: a rebuildable index over what the app database keeps. */
package dev.minsight.vectors;
