package dev.minsight.vectors;

import java.io.Closeable;
import java.io.IOException;

/**
 * A collection being built beside the one in use: in memory and in a log while it is small, in an
 * HNSW index once it is not.
 */
final class CollectionBuilder implements Closeable {

  private final CollectionFiles files;
  private final CollectionSpec spec;
  private final LogId id;
  private final long exactLimit;
  private VectorFileDraft draft;
  private Segment front;
  private HnswIndex index;
  private HnswView view;
  private boolean published;

  /**
   * @param id of the log it begins with
   * @param exactLimit most numbers held in memory
   */
  CollectionBuilder(CollectionFiles files, CollectionSpec spec, LogId id, long exactLimit)
      throws IOException {
    this.files = files;
    this.spec = spec;
    this.id = id;
    this.exactLimit = exactLimit;
    this.front = new Segment(spec.dimension());
    this.draft = new VectorFileDraft(files.draft("rebuild"), spec, id);
  }

  /** What a published collection consists of; the index is null when all is in memory. */
  record Built(VectorFile file, LogId log, Levels levels, HnswIndex index) {}

  void put(long vectorId, float[] unit) throws IOException {
    if (index != null) {
      index.upsert(vectorId, unit);
      return;
    }
    draft.append(VectorRecords.upsert(vectorId, unit));
    front.upsert(vectorId, unit);
    if (front.floats() > exactLimit) {
      moveToDisk();
    }
  }

  private void moveToDisk() throws IOException {
    draft.close();
    CollectionFiles.deleteFolder(files.index(id.generation()));
    try {
      index = HnswIndex.open(files.index(id.generation()), spec);
    } catch (RebuildNeededException e) {
      throw new IOException(e.getMessage(), e);
    }
    for (var entries = front.view().entries().iterator(); entries.hasNext(); ) {
      VectorIndex.Entry entry = entries.next();
      index.upsert(entry.id(), entry.vector());
    }
    front = Segment.above(spec.dimension());
    draft = new VectorFileDraft(files.draft("rebuild"), spec, id);
  }

  /** Ends the part that nobody waits for: what was put so far is safely on the disk. */
  void settle() throws IOException {
    if (index != null) {
      index.commit(id.sequence());
      view = index.view();
    }
  }

  /** A write that came while this was built. */
  void overlay(long vectorId, float[] unitOrNull) throws IOException {
    if (unitOrNull != null) {
      draft.append(VectorRecords.upsert(vectorId, unitOrNull));
      front.upsert(vectorId, unitOrNull);
    } else if (index != null || front.contains(vectorId)) {
      draft.append(VectorRecords.delete(vectorId));
      front.delete(vectorId);
    }
  }

  void seal() throws IOException {
    draft.seal();
  }

  /** Puts it in the place of what was there, whose log is closed. */
  Built publish() throws IOException {
    VectorFile file = draft.publish(files.log());
    published = true;
    return new Built(file, id, new Levels(front, null, view), index);
  }

  @Override
  public void close() throws IOException {
    draft.close();
    if (!published && index != null) {
      if (view != null) {
        view.release();
      }
      index.close();
      CollectionFiles.deleteFolder(files.index(id.generation()));
    }
  }
}
