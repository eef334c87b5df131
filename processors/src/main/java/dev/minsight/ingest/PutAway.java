package dev.minsight.ingest;

import dev.minsight.support.MinsightProperties.After;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Puts a decided file where it belongs, never over another one. Safe to repeat after a crash at any
 * point: a step that was done is seen and left out.
 *
 * <p>{@code move} moves files to {@code done} or {@code failed}; {@code copy} leaves them and puts
 * a copy of what was taken into {@code done}; {@code keep} leaves them and writes the receipt only.
 * Sub-folders that become empty are left alone: their owner may still be copying into them.
 */
final class PutAway {

  private final After after;

  PutAway(After after) {
    this.after = after;
  }

  /**
   * @return whether a file stays where it was dropped
   */
  boolean leavesFiles() {
    return after != After.MOVE;
  }

  /**
   * Chooses a free place under {@code done} or {@code failed}, with the sub-folders.
   *
   * @param file absolute path below the root
   * @param box {@link WatchedFolder#DONE} or {@link WatchedFolder#FAILED}
   * @return path relative to the root
   */
  static String target(Path root, Path file, String box) {
    Path wished = root.resolve(box).resolve(root.relativize(file).toString());
    Path free = wished;
    for (int number = 2; taken(free); number++) {
      free = wished.resolveSibling(Names.numbered(wished.getFileName().toString(), number));
    }
    return Claim.relativeName(root, free);
  }

  private static boolean taken(Path target) {
    return exists(target) || exists(Receipts.beside(target));
  }

  private static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Moves or copies the file of a claim to its target.
   *
   * @param source the file; may be gone or replaced, then there is nothing to do
   * @return false when the target was taken by something else and another is needed
   */
  boolean put(Claim claim, Path source, Path target) throws IOException {
    boolean move = after == After.MOVE;
    boolean copy = after == After.COPY && claim.state() == ClaimState.STORED;
    FileFacts facts = FileFacts.of(source).orElse(null);
    if (facts == null || !claim.isStill(facts) || !(move || copy)) {
      return true;
    }
    Files.createDirectories(target.getParent());
    if (exists(target)) {
      if (facts.kind() != FileFacts.Kind.FILE || Files.mismatch(source, target) != -1) {
        return false;
      }
      // An earlier try copied it and died before it could delete the source.
      if (move) {
        Files.delete(source);
      }
      return true;
    }
    try {
      if (move) {
        move(claim, source, target);
      } else {
        copy(claim, source, target);
      }
    } catch (NoSuchFileException e) {
      if (exists(source)) {
        throw e;
      }
      // Its owner took it away; the store has the content already.
    }
    return true;
  }

  private static void move(Claim claim, Path source, Path target) throws IOException {
    try {
      Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      // done/ lies on another file system.
      copy(claim, source, target);
      Files.delete(source);
    }
  }

  private static void copy(Claim claim, Path source, Path target) throws IOException {
    Path draft = target.resolveSibling(".minsight-" + claim.drop() + ".copy");
    Files.copy(
        source,
        draft,
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.COPY_ATTRIBUTES,
        LinkOption.NOFOLLOW_LINKS);
    if (Files.isRegularFile(draft, LinkOption.NOFOLLOW_LINKS)) {
      try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
    Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
  }
}
