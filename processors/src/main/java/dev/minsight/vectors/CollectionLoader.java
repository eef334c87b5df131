package dev.minsight.vectors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes a collection of the files that it was in when the process ended. */
final class CollectionLoader {

  private final LiveCollection live;
  private final CollectionFiles files;
  private final CollectionSpec spec;

  /**
   * @param live takes what is loaded; whoever calls holds its lock, and abandons it on a failure
   */
  CollectionLoader(LiveCollection live, CollectionSpec spec) {
    this.live = live;
    this.files = live.files;
    this.spec = spec;
  }

  void load() throws IOException, RebuildNeededException {
    Files.createDirectories(files.folder());
    LogId front = id(files.log());
    LogId frozen = id(files.frozenLog());
    if (front == null && frozen == null && files.hasIndex()) {
      throw new RebuildNeededException("its log is missing");
    }
    if (front != null && frozen != null && frozen.generation() != front.generation()) {
      Files.delete(files.frozenLog()); // of before a rebuild
      frozen = null;
    }
    LogId any = front != null ? front : frozen != null ? frozen : LogId.FIRST;
    Path folder = files.index(any.generation());
    if (Files.exists(folder)) {
      live.index = HnswIndex.open(folder, spec);
    }
    long next = live.index == null ? LogId.FIRST.sequence() : live.index.nextLog();
    if (frozen != null && frozen.sequence() < next) {
      Files.delete(files.frozenLog()); // its vectors arrived
      frozen = null;
    }
    checkOrder(next, frozen, front);
    Segment below = frozen == null ? null : frozenSegment();
    Segment segment = live.index == null && below == null ? new Segment(spec.dimension()) : above();
    if (front != null) {
      live.log = front;
      live.file = new VectorFile(files.log(), VectorFileReader.read(files.log(), spec, segment));
    } else {
      live.log = frozen == null ? LogId.FIRST : frozen.next();
      live.file = emptyLog();
    }
    live.become(spec, new Levels(segment, below, live.index == null ? null : live.index.view()));
    files.keepOnly(live.log.generation());
  }

  private LogId id(Path log) throws IOException, RebuildNeededException {
    return Files.exists(log) ? VectorFileReader.id(log, spec) : null;
  }

  /** The logs must go on where the index ends, without a gap. */
  private static void checkOrder(long next, LogId frozen, LogId front)
      throws RebuildNeededException {
    long expected = frozen == null ? next : next + 1;
    if (frozen != null && frozen.sequence() != next
        || front != null && front.sequence() != expected
        || front == null && frozen == null && next != LogId.FIRST.sequence()) {
      throw new RebuildNeededException(
          "a part of it is missing: its log is number %s, number %d was expected"
              .formatted(front == null ? "none" : front.sequence(), expected));
    }
  }

  private Segment frozenSegment() throws IOException, RebuildNeededException {
    Segment below = live.index == null ? new Segment(spec.dimension()) : above();
    long good = VectorFileReader.read(files.frozenLog(), spec, below);
    if (good < Files.size(files.frozenLog())) {
      throw new RebuildNeededException("its frozen log ends inside a record");
    }
    return below;
  }

  private Segment above() {
    return Segment.above(spec.dimension());
  }

  private VectorFile emptyLog() throws IOException {
    try (VectorFileDraft empty = new VectorFileDraft(files.draft("compact"), spec, live.log)) {
      empty.seal();
      return empty.publish(files.log());
    }
  }
}
