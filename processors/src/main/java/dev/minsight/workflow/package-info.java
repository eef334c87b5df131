/** The only package that knows the process engine: starts, hands out, completes, explains. */
package dev.minsight.workflow;
