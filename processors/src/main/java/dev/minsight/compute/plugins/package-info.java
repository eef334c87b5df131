/** One class per task type: a typed look at its parameters, the work, and a typed output. */
package dev.minsight.compute.plugins;
