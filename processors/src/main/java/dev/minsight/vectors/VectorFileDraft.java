package dev.minsight.vectors;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A vector file being written as a whole, under a temporary name. It gets its real name only after
 * the disk has all of it, in one step; closing it before that throws it away.
 */
final class VectorFileDraft implements Closeable {

  /** End of every temporary name. */
  static final String SUFFIX = ".tmp";

  private static final int BUFFER_BYTES = 1 << 20;

  private final Path draft;
  private final CollectionSpec spec;
  private final LogId id;
  private final OutputStream out;
  private long bytes;
  private long records;

  VectorFileDraft(Path draft, CollectionSpec spec, LogId id) throws IOException {
    this.draft = draft;
    this.spec = spec;
    this.id = id;
    this.out = new BufferedOutputStream(new FileOutputStream(draft.toFile()), BUFFER_BYTES);
    write(VectorRecords.header(spec, id, 0));
  }

  LogId id() {
    return id;
  }

  void append(byte[] record) throws IOException {
    write(record);
    records++;
  }

  /** Completes the header and waits until the disk has everything. Nothing can be appended then. */
  void seal() throws IOException {
    out.close();
    try (RandomAccessFile file = new RandomAccessFile(draft.toFile(), "rw")) {
      file.write(VectorRecords.header(spec, id, records));
      file.getFD().sync();
    }
  }

  /**
   * Gives a sealed draft its real name, replacing what had it. On Windows nobody may have that
   * open.
   *
   * @return the file, open for appending
   */
  VectorFile publish(Path target) throws IOException {
    Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    syncFolder(target.getParent());
    return new VectorFile(target, bytes);
  }

  @Override
  public void close() throws IOException {
    out.close();
    Files.deleteIfExists(draft);
  }

  private void write(byte[] more) throws IOException {
    out.write(more);
    bytes += more.length;
  }

  /** Removes what a process left that died while writing a draft. */
  static void removeLeftovers(Path folder) throws IOException {
    try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (Path each : leftovers) {
        Files.deleteIfExists(each);
      }
    }
  }

  /** A rename is only safe once its folder is; Windows cannot open folders and needs no sync. */
  private static void syncFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException expected) {
      // The rename itself happened; without the sync a power cut may bring the old file back,
      // which the owner's count at the next start would notice.
    }
  }
}
