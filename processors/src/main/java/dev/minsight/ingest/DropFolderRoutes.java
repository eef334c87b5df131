package dev.minsight.ingest;

import dev.minsight.support.MinsightProperties;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Makes one route a watched folder, from the template in {@code routes/drop-folder.camel.yaml}. */
@Component
class DropFolderRoutes implements CamelContextConfiguration {

  private static final Logger LOG = LoggerFactory.getLogger(DropFolderRoutes.class);

  private final WatchedFolders watched;
  private final long pollEveryMillis;

  DropFolderRoutes(WatchedFolders watched, MinsightProperties settings) {
    this.watched = watched;
    this.pollEveryMillis = settings.ingest().pollEvery().toMillis();
  }

  @Override
  public void beforeApplicationStart(CamelContext context) {
    // The template is loaded with the other routes, which is after this.
  }

  @Override
  public void afterApplicationStart(CamelContext context) {
    for (FolderWatch watch : watched.all()) {
      try {
        add(context, watch);
      } catch (RuntimeException e) {
        // Thrown on, it would end as a warning and take the other folders' routes with it.
        LOG.error("The folder {} cannot be watched", watch.folder().root(), e);
        watch.unusable("the folder cannot be watched; the server's log says why");
      }
    }
  }

  private void add(CamelContext context, FolderWatch watch) {
    TemplatedRouteBuilder.builder(context, "drop-folder")
        .routeId("drop-folder-" + watch.folder().id())
        .parameter("folder", watch.folder().root().toString())
        .parameter("pollEveryMillis", pollEveryMillis)
        .add();
  }
}
