package dev.minsight.insight;

import dev.minsight.support.NotFoundException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Rebuilds that somebody asked for: in the background, one after another. */
@Component
public class VectorRebuilds {

  private static final Logger LOG = LoggerFactory.getLogger(VectorRebuilds.class);

  private final VectorCollections collections;
  private final Set<String> waiting = new ConcurrentSkipListSet<>();

  VectorRebuilds(VectorCollections collections) {
    this.collections = collections;
  }

  /**
   * Begins to build collections again; those that are being built already are left to it.
   *
   * @param collection name, or null for all that are open
   * @return names of what is being built now
   * @throws NotFoundException no collection has the name
   */
  public Set<String> begin(String collection) {
    List<VectorKind> wanted =
        Stream.of(VectorKind.values())
            .filter(kind -> collection == null || kind.collection().equals(collection))
            .filter(kind -> collection != null || collections.isOpen(kind))
            .toList();
    if (collection != null && wanted.isEmpty()) {
      throw new NotFoundException("There is no collection " + collection);
    }
    List<VectorKind> fresh =
        wanted.stream().filter(kind -> waiting.add(kind.collection())).toList();
    if (!fresh.isEmpty()) {
      Thread builder = new Thread(() -> fresh.forEach(this::build), "vectors-rebuild");
      builder.setDaemon(true);
      builder.start();
    }
    return running();
  }

  private void build(VectorKind kind) {
    try {
      collections.rebuild(kind);
    } catch (RuntimeException e) {
      LOG.warn("Collection {} was not built again: {}", kind.collection(), e.getMessage());
    } finally {
      waiting.remove(kind.collection());
    }
  }

  /**
   * @return names of the collections being built, or waiting for it
   */
  public Set<String> running() {
    return new TreeSet<>(waiting);
  }
}
