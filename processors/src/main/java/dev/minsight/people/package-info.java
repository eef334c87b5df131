/** Faces and persons: matching, and the decisions behind each assignment. */
package dev.minsight.people;
