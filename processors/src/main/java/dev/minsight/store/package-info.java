/** Entities, their files and their history. */
package dev.minsight.store;
