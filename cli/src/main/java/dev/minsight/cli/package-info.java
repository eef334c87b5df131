/** The {@code minsight} commands that talk to a running server through the SDK. */
package dev.minsight.cli;
