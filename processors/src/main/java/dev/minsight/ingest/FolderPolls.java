package dev.minsight.ingest;

import java.nio.file.Path;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.component.file.FileEndpoint;
import org.apache.camel.support.DefaultPollingConsumerPollStrategy;
import org.springframework.stereotype.Component;

/**
 * Stands before each look into a watched folder: a folder that is away or not ours is left alone,
 * and what a crash left undone is repaired before anything new is taken.
 */
@Component("folderPolls")
class FolderPolls extends DefaultPollingConsumerPollStrategy {

  private final WatchedFolders watched;
  private final DropFolder dropFolder;

  FolderPolls(WatchedFolders watched, DropFolder dropFolder) {
    this.watched = watched;
    this.dropFolder = dropFolder;
  }

  @Override
  public boolean begin(Consumer consumer, Endpoint endpoint) {
    FolderWatch watch = watch(endpoint);
    long now = System.currentTimeMillis();
    if (!watch.scanDue(now) || !watch.available()) {
      return false;
    }
    if (watch.recoveryDue(now)) {
      watch.recovered(dropFolder.recover(watch), now);
    }
    watch.scanStarts(System.currentTimeMillis());
    return true;
  }

  @Override
  public void commit(Consumer consumer, Endpoint endpoint, int polledMessages) {
    watch(endpoint).scanned(polledMessages, System.currentTimeMillis());
  }

  private FolderWatch watch(Endpoint endpoint) {
    Path folder = ((FileEndpoint) endpoint).getFile().toPath();
    return watched.at(folder);
  }
}
