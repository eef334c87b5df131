package dev.minsight.ingest;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/**
 * The files of a folder that stay where they are and need no second look, so that a scan of a large
 * library costs no database query a file. 128 bits of a hash a file: 100,000 files are about 8 MB.
 */
final class Finished {

  private final Set<Fingerprint> files = new HashSet<>();

  private record Fingerprint(long high, long low) {}

  void add(String path, long size, long modifiedMillis) {
    files.add(fingerprint(path, size, modifiedMillis));
  }

  boolean contains(String path, FileFacts facts) {
    return !files.isEmpty()
        && files.contains(fingerprint(path, facts.size(), facts.modifiedMillis()));
  }

  void clear() {
    files.clear();
  }

  private static Fingerprint fingerprint(String path, long size, long modifiedMillis) {
    ByteBuffer hash = ByteBuffer.wrap(Names.sha256(path + '\0' + size + '\0' + modifiedMillis));
    return new Fingerprint(hash.getLong(), hash.getLong());
  }
}
