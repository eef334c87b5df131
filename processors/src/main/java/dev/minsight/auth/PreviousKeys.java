package dev.minsight.auth;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Public keys that tokens were signed with before the present one, as files that say in their name
 * how long they count: {@code until-20260131T120000Z.pem}. Read each time they are needed, which is
 * rarely: an operator who deletes them ends the tokens of a key that leaked at once.
 */
final class PreviousKeys {

  private static final Logger LOG = LoggerFactory.getLogger(PreviousKeys.class);
  private static final String PREFIX = "until-";
  private static final String SUFFIX = ".pem";
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final Path folder;
  private final Duration overlap;
  private final Clock clock;

  /**
   * @param overlap life of the longest-lived token
   */
  PreviousKeys(Path folder, Duration overlap, Clock clock) {
    this.folder = folder;
    this.overlap = overlap;
    this.clock = clock;
  }

  /** Lets a key count from now until the last token that was signed with it has expired. */
  void keep(ECPublicKey key) throws IOException {
    Files.createDirectories(folder);
    removeExpired();
    Instant until = clock.instant().plus(overlap).plusSeconds(1); // the name has whole seconds
    Path kept = folder.resolve(PREFIX + STAMP.format(until) + SUFFIX);
    String pem = Pem.of(key);
    KeyFolder.writePublic(kept, pem);
    for (Path other : files()) {
      if (!other.equals(kept) && Files.readString(other).equals(pem)) {
        Files.deleteIfExists(other); // the same key, for a shorter time
      }
    }
  }

  /**
   * @return the keys that still count, in no order
   */
  List<ECPublicKey> valid() {
    List<ECPublicKey> keys = new ArrayList<>();
    try {
      removeExpired();
      for (Path file : files()) {
        keys.add(Pem.publicKey(Files.readString(file)));
      }
    } catch (IOException e) {
      LOG.warn("Not all keys in {} can be used: {}", folder, e.toString());
    }
    return keys;
  }

  /** What counts no longer needs no file. */
  void removeExpired() throws IOException {
    for (Path file : files()) {
      if (!clock.instant().isBefore(until(file))) {
        Files.deleteIfExists(file);
      }
    }
  }

  private List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
      found.forEach(files::add);
    } catch (NoSuchFileException e) {
      return List.of(); // never rotated
    }
    return files;
  }

  /** A name that tells no time has been over for ever. */
  private static Instant until(Path file) {
    String name = file.getFileName().toString();
    try {
      return STAMP.parse(
          name.substring(PREFIX.length(), name.length() - SUFFIX.length()), Instant::from);
    } catch (DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }
}
