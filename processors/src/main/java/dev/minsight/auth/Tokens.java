package dev.minsight.auth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.support.MinsightProperties;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Issues and verifies access tokens with the claims {@code id} (a string), {@code permissions},
 * {@code is_admin}, {@code exp} and, ours, {@code token_version}.
 *
 * <p>A token never allows more than its account does at the moment it is shown: accounts that are
 * gone, inactive or have withdrawn their tokens are refused, and rights that were taken away since
 * are missing. Tokens without {@code token_version} come from another holder of the private key and
 * are judged by their claims alone.
 */
@Component
public class Tokens {

  /** How long a link token is accepted. */
  public static final Duration LINK_LIFE = Duration.ofMinutes(5);

  private static final String USE = "use";
  private static final String LINK = "link";

  private record Claims(String id, boolean admin, Set<String> permissions, JsonNode version) {}

  private final KeyFiles keys;
  private final Signatures signatures;
  private final Users users;
  private final Duration lifetime;
  private final Clock clock;

  Tokens(
      KeyFiles keys, Signatures signatures, Users users, MinsightProperties settings, Clock clock) {
    this.keys = keys;
    this.signatures = signatures;
    this.users = users;
    this.lifetime = Duration.ofMinutes(settings.auth().tokenExpireMinutes());
    this.clock = clock;
  }

  /**
   * @param user whom the token speaks for
   * @return the token, valid from now for the configured lifetime
   */
  public String issue(User user) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("id", Long.toString(user.id()));
    claims.put("permissions", user.permissions());
    claims.put("is_admin", user.isAdmin());
    claims.put("exp", clock.instant().plus(lifetime).getEpochSecond());
    claims.put("token_version", user.tokenVersion());
    return signatures.sign(claims);
  }

  /**
   * A token for links to media: it stands in addresses, which are written down in many places, so
   * it lives for {@link #LINK_LIFE} and opens nothing else.
   *
   * @param user whom the token speaks for
   * @param rights what the maker of the link may do now; the link allows no more
   * @return the token
   */
  public String issueLink(User user, Rights rights) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("id", Long.toString(user.id()));
    claims.put(
        "permissions",
        rights.may(Permissions.MEDIA_STORE_READ)
            ? List.of(Permissions.MEDIA_STORE_READ)
            : List.of());
    claims.put("is_admin", false);
    claims.put("exp", clock.instant().plus(LINK_LIFE).getEpochSecond());
    claims.put("token_version", user.tokenVersion());
    claims.put(USE, LINK);
    return signatures.sign(claims);
  }

  /**
   * @param token as it came in
   * @return what its bearer may do now
   * @throws InvalidTokenException when it is not accepted; the message says why
   */
  public Rights verify(String token) {
    return rights(claims(accessPayload(token)));
  }

  /**
   * For media only: accepts link tokens besides access tokens.
   *
   * @param token as it came in
   * @return what its bearer may do now
   * @throws InvalidTokenException when it is not accepted; the message says why
   */
  public Rights verifyLink(String token) {
    return rights(claims(signatures.payload(token)));
  }

  private Rights rights(Claims claims) {
    Rights claimed = new Rights(claims.id(), claims.admin(), claims.permissions());
    return claims.version() == null
        ? claimed
        : asOfNow(claimed, account(claims).orElseThrow(Tokens::refused));
  }

  /**
   * Stricter than {@link #verify}: for the account's own affairs.
   *
   * @param token as it came in
   * @return the account, as it is now
   * @throws InvalidTokenException when the token is not accepted or there is no such active account
   */
  public User account(String token) {
    return account(claims(accessPayload(token))).orElseThrow(Tokens::refused);
  }

  /**
   * @return the public key in PEM form
   */
  public String publicKey() {
    return Pem.of(keys.publicKey());
  }

  private JsonNode accessPayload(String token) {
    JsonNode payload = signatures.payload(token);
    if (LINK.equals(payload.path(USE).asText())) {
      throw refused();
    }
    return payload;
  }

  private Claims claims(JsonNode payload) {
    JsonNode expires = payload.get("exp");
    if (expires == null || !expires.isNumber()) {
      throw new InvalidTokenException(InvalidTokenException.BAD_PAYLOAD);
    }
    if (expires.asDouble() * 1000 <= clock.millis()) {
      throw new InvalidTokenException(InvalidTokenException.EXPIRED);
    }
    JsonNode id = payload.get("id");
    JsonNode admin = payload.get("is_admin");
    if (id == null || !id.isTextual() || admin != null && !admin.isBoolean()) {
      throw new InvalidTokenException(InvalidTokenException.BAD_PAYLOAD);
    }
    return new Claims(
        id.asText(),
        admin != null && admin.asBoolean(),
        permissions(payload.get("permissions")),
        payload.get("token_version"));
  }

  private static Set<String> permissions(JsonNode list) {
    Set<String> permissions = new LinkedHashSet<>();
    if (list == null) {
      return permissions;
    }
    for (JsonNode permission : list) {
      if (!permission.isTextual()) {
        throw new InvalidTokenException(InvalidTokenException.BAD_PAYLOAD);
      }
      permissions.add(permission.asText());
    }
    if (!list.isArray()) {
      throw new InvalidTokenException(InvalidTokenException.BAD_PAYLOAD);
    }
    return permissions;
  }

  /** The active account that the token speaks for, unless it has withdrawn the token. */
  private Optional<User> account(Claims claims) {
    if (!claims.id().matches("[1-9][0-9]{0,17}")) {
      return Optional.empty();
    }
    return users
        .byId(Long.parseLong(claims.id()))
        .filter(User::isActive)
        .filter(user -> claims.version() == null || isVersion(claims.version(), user));
  }

  private static boolean isVersion(JsonNode version, User user) {
    return version.isInt() && version.asInt() == user.tokenVersion();
  }

  private static Rights asOfNow(Rights claimed, User user) {
    Set<String> permissions = new LinkedHashSet<>(claimed.permissions());
    permissions.removeIf(permission -> !user.holds(permission));
    return new Rights(claimed.userId(), claimed.admin() && user.isAdmin(), permissions);
  }

  private static InvalidTokenException refused() {
    return new InvalidTokenException(InvalidTokenException.NOT_VALID);
  }
}
