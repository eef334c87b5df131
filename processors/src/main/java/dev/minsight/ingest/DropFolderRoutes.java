package dev.minsight.ingest;

import dev.minsight.support.MinsightProperties;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.springframework.stereotype.Component;

/** Makes one route a watched folder, from the template in {@code routes/drop-folder.camel.yaml}. */
@Component
class DropFolderRoutes implements CamelContextConfiguration {

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
      TemplatedRouteBuilder.builder(context, "drop-folder")
          .routeId("drop-folder-" + watch.folder().id())
          .parameter("folder", watch.folder().root().toString())
          .parameter("pollEveryMillis", pollEveryMillis)
          .add();
    }
  }
}
