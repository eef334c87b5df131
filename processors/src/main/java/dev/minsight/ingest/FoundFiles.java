package dev.minsight.ingest;

import java.io.File;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.GenericFile;
import org.springframework.stereotype.Component;

/** Where the route hands over what the consumer found. */
@Component("foundFiles")
class FoundFiles {

  private final WatchedFolders watched;
  private final DropFolder dropFolder;

  FoundFiles(WatchedFolders watched, DropFolder dropFolder) {
    this.watched = watched;
    this.dropFolder = dropFolder;
  }

  /** Called by the route for each file that has come to rest. */
  public void take(Exchange exchange) {
    // Not the body: Camel makes that from a path in which it turned each backslash into a slash.
    GenericFile<?> found = exchange.getProperty(Exchange.FILE_EXCHANGE_FILE, GenericFile.class);
    FolderWatch watch = watched.at(Path.of(found.getEndpointPath()));
    dropFolder.take(watch, ((File) found.getFile()).toPath());
  }
}
