/** The drop folder: claims, receipts and where a file goes afterwards. */
package dev.minsight.ingest;
