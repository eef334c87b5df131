package dev.minsight.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import java.io.IOException;
import java.security.interfaces.ECPublicKey;
import java.text.ParseException;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Signs claims and finds out whether claims were signed by us: JWS compact form (RFC 7515), ES256
 * and nothing else. What the claims say is for others to judge, each time.
 *
 * <p>Checking a signature costs more than the rest of a small request, so those that held are
 * remembered, together with the key they held under. Another key in force makes them worthless.
 */
@Component
class Signatures {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JWSHeader HEADER =
      new JWSHeader.Builder(JWSAlgorithm.ES256).type(JOSEObjectType.JWT).build();

  /** A token is some 300 characters, at most the 8 KB of a request's headers. */
  private static final int REMEMBERED = 2_000;

  private record Verified(ECPublicKey key, JsonNode payload) {}

  private final KeyFiles keys;
  private final Cache<String, Verified> verified =
      Caffeine.newBuilder().maximumSize(REMEMBERED).build();

  Signatures(KeyFiles keys) {
    this.keys = keys;
  }

  String sign(Map<String, Object> claims) {
    JWSObject token = new JWSObject(HEADER, new Payload(claims));
    try {
      token.sign(new ECDSASigner(keys.privateKey()));
    } catch (JOSEException e) {
      throw new IllegalStateException("the token cannot be signed", e);
    }
    return token.serialize();
  }

  /**
   * @throws InvalidTokenException when it was not signed with our key, or one before it that counts
   */
  JsonNode payload(String token) {
    ECPublicKey key = keys.publicKey();
    Verified known = verified.getIfPresent(token);
    if (known != null && known.key() == key) {
      return known.payload();
    }
    try {
      JWSObject parsed = JWSObject.parse(token);
      // The algorithm is ours to choose, never the token's: "none" and HS256 end here.
      if (!JWSAlgorithm.ES256.equals(parsed.getHeader().getAlgorithm())) {
        throw refused();
      }
      boolean current = parsed.verify(new ECDSAVerifier(key));
      if (!current && !isOfPreviousKey(parsed)) {
        throw refused();
      }
      JsonNode payload = JSON.readTree(parsed.getPayload().toBytes());
      if (!payload.isObject()) {
        throw refused();
      }
      if (current) {
        verified.put(token, new Verified(key, payload));
      }
      return payload;
    } catch (ParseException | JOSEException | IOException e) {
      throw refused();
    }
  }

  private boolean isOfPreviousKey(JWSObject token) throws JOSEException {
    for (ECPublicKey previous : keys.previousKeys()) {
      if (token.verify(new ECDSAVerifier(previous))) {
        return true;
      }
    }
    return false;
  }

  private static InvalidTokenException refused() {
    return new InvalidTokenException(InvalidTokenException.NOT_VALID);
  }
}
