/** What the REST routes call: checks, permissions, wire shapes, error bodies. */
package dev.minsight.api;
