package dev.minsight.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Map;

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
