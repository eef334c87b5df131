package dev.minsight.ingest;

import dev.minsight.support.MinsightProperties;
import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.component.file.FileEndpoint;
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
    // A path in an address is decoded more than once; %, ? and {{ in a folder's name break it.
    context.getCamelContextExtension().registerEndpointCallback(this::atItsFolder);
  }

  /** The template is loaded with the other routes, which is before this. */
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
        .parameter("folder", watch.folder().id())
        .parameter("pollEveryMillis", pollEveryMillis)
        .add();
  }

  /** Gives a drop folder's endpoint its real directory; the address names the folder only by id. */
  private Endpoint atItsFolder(String uri, Endpoint endpoint) {
    if (endpoint instanceof FileEndpoint files && files.getPollStrategy() instanceof FolderPolls) {
      Path root = watched.byId(files.getConfiguration().getDirectory()).folder().root();
      files.setFile(root.toFile());
      files.getConfiguration().setDirectory(root.toString());
    }
    return endpoint;
  }
}
