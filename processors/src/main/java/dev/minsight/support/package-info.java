/** Ground floor: clock, ids, paging, typed errors and typed configuration. */
package dev.minsight.support;
