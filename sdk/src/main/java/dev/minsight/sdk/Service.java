package dev.minsight.sdk;

/** The three HTTP services of a server; one process serves them all, each on its own port. */
public enum Service {
  /** Users and tokens. */
  AUTH,
  /** Entities, intelligence and search. */
  STORE,
  /** Jobs and workers. */
  COMPUTE
}
