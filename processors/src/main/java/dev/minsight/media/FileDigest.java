package dev.minsight.media;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Digests of a file's bytes, whatever they are. */
public final class FileDigest {

  private static final int BUFFER = 64 * 1024;

  private FileDigest() {}

  /**
   * Digests a file.
   *
   * @param file of any length
   * @param algorithm {@code MD5}, {@code SHA-256} or {@code SHA-512}, which every Java has
   * @return lower-case hex
   * @throws IOException if it cannot be read
   */
  public static String hex(Path file, String algorithm) throws IOException {
    MessageDigest digest = begin(algorithm);
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  static MessageDigest begin(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + algorithm, e);
    }
  }
}
