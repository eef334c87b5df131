/** The application: configuration, wiring and the launcher. */
package dev.minsight.app;
