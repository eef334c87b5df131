package dev.minsight.compute;

import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Import;

/**
 * The parts of a worker that is a process of its own: the same pools, plugins and gates as in the
 * server, with the server's queue behind HTTP. To be given to the application as a source; it is no
 * part of the server.
 */
@Import({
  Plugins.class,
  ModelGate.class,
  Worker.class,
  LocalWorkers.class,
  RemoteServer.class,
  RemoteWork.class,
  RemotePresence.class
})
@ComponentScan("dev.minsight.compute.plugins")
public class RemoteWorker {}
