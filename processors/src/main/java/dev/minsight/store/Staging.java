package dev.minsight.store;

import dev.minsight.support.MinsightProperties;
import dev.minsight.support.OriginalName;
import dev.minsight.support.RetryableException;
import dev.minsight.support.Spooled;
import dev.minsight.support.UnprocessableMediaException;
import jakarta.annotation.PostConstruct;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The folder {@code media/.tmp}, in which bytes wait until it is known what they are. It lies on
 * the same disk as the store, so that a file enters the store by a rename.
 */
@Component
class Staging {

  private static final Logger LOG = LoggerFactory.getLogger(Staging.class);
  private static final int BUFFER = 128 * 1024;

  private final MediaFiles files;
  private final long maxBytes;

  Staging(MediaFiles files, MinsightProperties settings) {
    this.files = files;
    this.maxBytes = settings.media().maxBytes();
  }

  private Path folder() {
    return files.root().resolve(".tmp");
  }

  /** Removes what a crash left behind; a home has one server, so nobody else's work is in it. */
  @PostConstruct
  void sweep() {
    if (!Files.isDirectory(folder())) {
      return;
    }
    try (Stream<Path> entries = Files.list(folder())) {
      for (Path entry : entries.filter(Files::isRegularFile).toList()) {
        Files.delete(entry);
      }
    } catch (IOException e) {
      LOG.warn("Old temporary files in {} could not be removed: {}", folder(), e.toString());
    }
  }

  /** Copies the bytes, measuring them; leaves nothing behind when that fails. */
  Staged copy(InputStream bytes, String originalName) {
    return stage(originalName, (file, sha256) -> copy(bytes, file, sha256));
  }

  /** Takes over a file that was spooled elsewhere, measuring it. */
  Staged take(Spooled spooled, String originalName) {
    return stage(
        originalName,
        (file, sha256) -> {
          spooled.moveTo(file);
          return read(file, sha256);
        });
  }

  /** Brings the bytes to their place; gives their number and their digest. */
  private interface Filling {
    long fill(Path file, MessageDigest sha256) throws IOException;
  }

  private Staged stage(String originalName, Filling filling) {
    files.requireAvailable();
    Path file = folder().resolve(UUID.randomUUID().toString());
    boolean done = false;
    try {
      Files.createDirectories(folder());
      MessageDigest sha256 = sha256();
      long size = filling.fill(file, sha256);
      done = true;
      return new Staged(
          file,
          size,
          HexFormat.of().formatHex(sha256.digest()),
          OriginalName.harmless(originalName));
    } catch (IOException e) {
      throw new RetryableException("the file could not be taken in: " + e.getMessage(), e);
    } finally {
      if (!done) {
        new Staged(file, 0, "", null).discard();
      }
    }
  }

  private long read(Path file, MessageDigest sha256) throws IOException {
    try (InputStream bytes = Files.newInputStream(file)) {
      return pass(bytes, OutputStream.nullOutputStream(), sha256);
    }
  }

  private long copy(InputStream bytes, Path file, MessageDigest sha256) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      return pass(bytes, out, sha256);
    }
  }

  private long pass(InputStream bytes, OutputStream out, MessageDigest sha256) throws IOException {
    byte[] buffer = new byte[BUFFER];
    long size = 0;
    for (int n = bytes.read(buffer); n >= 0; n = bytes.read(buffer)) {
      size += n;
      if (size > maxBytes) {
        throw new UnprocessableMediaException(
            "the file is larger than "
                + maxBytes
                + " bytes, the limit of this server (minsight.media.max-bytes)");
      }
      sha256.update(buffer, 0, n);
      out.write(buffer, 0, n);
    }
    return size;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
