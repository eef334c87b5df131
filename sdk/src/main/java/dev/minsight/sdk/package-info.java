/** Java client of a mInsight server: the records of the wire and the calls that carry them. */
package dev.minsight.sdk;
