/** What each pipeline step does to an entity, and the answers built from it. */
package dev.minsight.insight;
