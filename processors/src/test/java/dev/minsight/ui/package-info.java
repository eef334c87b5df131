/** What a person sees in a browser: our pages under {@code /ui} and Camunda's Cockpit. */
package dev.minsight.ui;
