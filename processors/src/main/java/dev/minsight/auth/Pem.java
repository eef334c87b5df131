package dev.minsight.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/**
 * P-256 keys as PEM text (RFC 7468): PKCS #8 for the private, SubjectPublicKeyInfo for the public.
 */
final class Pem {

  private static final String PRIVATE = "PRIVATE KEY";
  private static final String PUBLIC = "PUBLIC KEY";
  private static final int P256_BITS = 256;

  private Pem() {}

  static String of(ECPrivateKey key) {
    return text(PRIVATE, key.getEncoded());
  }

  static String of(ECPublicKey key) {
    return text(PUBLIC, key.getEncoded());
  }

  static ECPrivateKey privateKey(String pem) throws IOException {
    try {
      return onP256(
          (ECPrivateKey)
              KeyFactory.getInstance("EC")
                  .generatePrivate(new PKCS8EncodedKeySpec(bytes(PRIVATE, pem))));
    } catch (GeneralSecurityException | ClassCastException e) {
      throw new IOException("no P-256 private key in PKCS #8", e);
    }
  }

  static ECPublicKey publicKey(String pem) throws IOException {
    try {
      return onP256(
          (ECPublicKey)
              KeyFactory.getInstance("EC")
                  .generatePublic(new X509EncodedKeySpec(bytes(PUBLIC, pem))));
    } catch (GeneralSecurityException | ClassCastException e) {
      throw new IOException("no P-256 public key", e);
    }
  }

  private static <K extends ECKey> K onP256(K key) throws IOException {
    if (key.getParams().getOrder().bitLength() != P256_BITS) {
      throw new IOException("the key is not on the curve P-256");
    }
    return key;
  }

  private static String text(String label, byte[] der) {
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(label, body);
  }

  private static byte[] bytes(String label, String pem) throws IOException {
    String begin = "-----BEGIN " + label + "-----";
    int start = pem.indexOf(begin);
    int end = pem.indexOf("-----END " + label + "-----");
    if (start < 0 || end < start) {
      throw new IOException("no " + label + " in PEM form");
    }
    try {
      return Base64.getMimeDecoder().decode(pem.substring(start + begin.length(), end));
    } catch (IllegalArgumentException e) {
      throw new IOException("the " + label + " is not Base64", e);
    }
  }
}
