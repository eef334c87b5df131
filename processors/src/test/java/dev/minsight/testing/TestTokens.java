package dev.minsight.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes tokens by hand, right and wrong ones, with the JDK alone. */
public final class TestTokens {

  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private TestTokens() {}

  /** An ES256 token signed with the key of the server at that home. */
  public static String sign(Path home, Map<String, ?> claims) {
    return sign(serverKey(home), claims);
  }

  /** An ES256 token signed with any P-256 key. */
  public static String sign(PrivateKey key, Map<String, ?> claims) {
    String content = content(Map.of("alg", "ES256", "typ", "JWT"), claims);
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(key);
      signature.update(content.getBytes(StandardCharsets.US_ASCII));
      return content + "." + BASE64.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Header and claims, without a signature. */
  public static String content(Map<String, ?> header, Map<String, ?> claims) {
    ObjectMapper json = new ObjectMapper();
    try {
      return BASE64.encodeToString(json.writeValueAsBytes(header))
          + "."
          + BASE64.encodeToString(json.writeValueAsBytes(claims));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Tokens that a server must refuse, all with the claims of an admin.
   *
   * @param home of that server
   */
  public static Odd odd(Path home) {
    return new Odd(home);
  }

  /** See {@link #odd}. */
  public static final class Odd {

    private final Path home;

    private Odd(Path home) {
      this.home = home;
    }

    private static Map<String, Object> claims() {
      Map<String, Object> claims = new HashMap<>();
      claims.put("id", "1");
      claims.put("permissions", List.of("media_store_read", "media_store_write"));
      claims.put("is_admin", true);
      claims.put("exp", System.currentTimeMillis() / 1000 + 3600);
      return claims;
    }

    /** Well signed, with one claim changed; null leaves it out. */
    public String with(String claim, Object value) {
      Map<String, Object> claims = claims();
      if (value == null) {
        claims.remove(claim);
      } else {
        claims.put(claim, value);
      }
      return sign(home, claims);
    }

    /** Signed by a key of somebody else. */
    public String wrongKey() {
      try {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return sign(generator.generateKeyPair().getPrivate(), claims());
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    /** Claims to need no signature. */
    public String algNone() {
      return content(Map.of("alg", "none", "typ", "JWT"), claims()) + ".";
    }

    /** Signed by HMAC, with the PEM of the public key as the secret. */
    public String hmacWithPublicKey() {
      String content = content(Map.of("alg", "HS256", "typ", "JWT"), claims());
      try {
        Mac mac = Mac.getInstance("HmacSHA256");
        byte[] pem = Files.readAllBytes(home.resolve("keys/public_key.pem"));
        mac.init(new SecretKeySpec(pem, "HmacSHA256"));
        byte[] signature = mac.doFinal(content.getBytes(StandardCharsets.US_ASCII));
        return content + "." + BASE64.encodeToString(signature);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static PrivateKey serverKey(Path home) {
    try {
      String pem = Files.readString(home.resolve("keys/private_key.pem"));
      byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
      return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
