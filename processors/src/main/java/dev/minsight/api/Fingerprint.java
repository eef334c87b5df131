package dev.minsight.api;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a request says, as a number: equal for equal requests. A MAC keyed with the Idempotency-Key,
 * which is not kept, so that nobody can try passwords against a stored one.
 */
final class Fingerprint {

  private static final int BUFFER = 64 * 1024;

  private final Mac mac;

  /**
   * @param key the Idempotency-Key
   */
  Fingerprint(String key) {
    try {
      mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HMAC-SHA256", e);
    }
  }

  /** Adds texts; where one ends and the next begins counts, too. */
  Fingerprint add(String... texts) {
    for (String text : texts) {
      byte[] bytes = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
      mac.update(
          ByteBuffer.allocate(5).put((byte) (text == null ? 0 : 1)).putInt(bytes.length).flip());
      mac.update(bytes);
    }
    return this;
  }

  /** Adds the fields of an urlencoded form and of the query. */
  Fingerprint fields(HttpServletRequest request) {
    for (Map.Entry<String, String[]> field : new TreeMap<>(request.getParameterMap()).entrySet()) {
      add(field.getKey()).add(field.getValue());
    }
    return this;
  }

  /** Adds each part of a multipart form, a file by its name, size and SHA-256. */
  Fingerprint parts(HttpServletRequest request) throws IOException, ServletException {
    List<Part> parts =
        request.getParts().stream().sorted(Comparator.comparing(Part::getName)).toList();
    for (Part part : parts) {
      add(part.getName(), part.getSubmittedFileName(), Long.toString(part.getSize()));
      try (InputStream in = part.getInputStream()) {
        add(HexFormat.of().formatHex(sha256(in)));
      }
    }
    return this;
  }

  /** Adds a body as it is. */
  Fingerprint body(byte[] body) {
    mac.update(body);
    return this;
  }

  private static byte[] sha256(InputStream in) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    byte[] buffer = new byte[BUFFER];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      digest.update(buffer, 0, read);
    }
    return digest.digest();
  }

  /**
   * @return 64 hex digits
   */
  String hex() {
    return HexFormat.of().formatHex(mac.doFinal());
  }
}
