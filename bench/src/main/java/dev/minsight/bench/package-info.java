/** Benches, printed with their machine, as ratios to a limit measured in the same run. */
package dev.minsight.bench;
