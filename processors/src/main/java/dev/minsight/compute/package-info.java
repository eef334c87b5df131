/** Jobs, the plugins that do them and the files they leave. */
package dev.minsight.compute;
