package dev.minsight.auth;

import dev.minsight.support.ApiException;
import dev.minsight.support.IdCounter;
import dev.minsight.support.MinsightProperties;
import dev.minsight.support.NotFoundException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Keys for programs. A key is {@code mik_} and 256 random bits; of it only the SHA-256 is kept,
 * which is enough because nobody can guess that many bits. What a key allows is worked out at each
 * use from its scopes and what its owner holds at that moment.
 */
@Component
public class ApiKeys {

  private static final String PREFIX = "mik_";
  private static final int KEY_BYTES = 32;
  private static final int LONGEST_NAME = 255;

  private final ApiKeyRows rows;
  private final UserRows users;
  private final IdCounter ids;
  private final AccountAudit audit;
  private final KeyUse use;
  private final Clock clock;
  private final int mostKeys;
  private final SecureRandom random = new SecureRandom();

  ApiKeys(
      ApiKeyRows rows,
      UserRows users,
      IdCounter ids,
      AccountAudit audit,
      KeyUse use,
      Clock clock,
      MinsightProperties settings) {
    this.rows = rows;
    this.users = users;
    this.ids = ids;
    this.audit = audit;
    this.use = use;
    this.clock = clock;
    this.mostKeys = settings.auth().maxApiKeys();
  }

  /**
   * @param credential what a request brought
   * @return whether it is meant as an API key
   */
  public static boolean isApiKey(String credential) {
    return credential.startsWith(PREFIX);
  }

  /**
   * Makes a key.
   *
   * @param userId its owner
   * @param name for the owner to tell keys apart
   * @param scopes permissions to limit it to; empty for all of the owner's
   * @param life how long it is accepted; null for ever
   * @return the key, to be shown once
   * @throws ApiException 422 when the name is not legible or a scope is not the owner's to give,
   *     409 when the owner has as many keys as allowed
   */
  @Transactional
  public NewApiKey create(long userId, String name, List<String> scopes, Duration life) {
    checkName(name);
    long id = ids.next("api-key"); // first: from here on no other key is made meanwhile
    User owner = users.byId(userId).orElseThrow(() -> new NotFoundException("User not found"));
    for (String scope : scopes) {
      boolean held = scope.equals(Permissions.ADMIN) ? owner.isAdmin() : owner.holds(scope);
      if (!held) {
        throw new ApiException(
            422, owner.username() + " does not hold " + scope + ", so no API key can have it");
      }
    }
    if (rows.ofUser(userId).size() >= mostKeys) {
      throw new ApiException(
          409,
          "%s has %d API keys, as many as allowed (minsight.auth.max-api-keys); delete one first"
              .formatted(owner.username(), mostKeys));
    }
    Instant now = Instant.ofEpochMilli(clock.millis());
    ApiKey stored =
        new ApiKey(id, userId, name, scopes, now, life == null ? null : now.plus(life), null);
    byte[] secret = new byte[KEY_BYTES];
    random.nextBytes(secret);
    String key = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    rows.insert(stored, sha256(key));
    audit.record(AccountEvent.API_KEY_CREATED, owner, told(stored) + ", scopes=" + scopes);
    return new NewApiKey(key, stored);
  }

  /**
   * @param userId an account
   * @return its keys in the order they were made; expired ones, too
   */
  @Transactional(readOnly = true)
  public List<ApiKey> ofUser(long userId) {
    return rows.ofUser(userId);
  }

  /**
   * Deletes a key; it is refused from then on.
   *
   * @param id number of the key
   * @param userId whose keys alone to look at; null for everybody's
   * @throws NotFoundException when there is no such key
   */
  @Transactional
  public void delete(long id, Long userId) {
    ApiKey key =
        rows.byId(id)
            .filter(found -> userId == null || found.userId() == userId)
            .orElseThrow(() -> new NotFoundException("API key not found"));
    rows.delete(id);
    audit.record(AccountEvent.API_KEY_DELETED, users.byId(key.userId()).orElse(null), told(key));
  }

  /**
   * @param key as it came in
   * @return what its bearer may do now
   * @throws InvalidTokenException when it is not accepted; the message says why
   */
  @Transactional(readOnly = true)
  public Rights verify(String key) {
    ApiKey found = rows.byHash(sha256(key)).orElseThrow(ApiKeys::refused);
    User owner = users.byId(found.userId()).filter(User::isActive).orElseThrow(ApiKeys::refused);
    if (found.expiresAt() != null && !clock.instant().isBefore(found.expiresAt())) {
      throw new InvalidTokenException(InvalidTokenException.EXPIRED_KEY);
    }
    use.note(found.id());
    return found.rights(owner);
  }

  private static void checkName(String name) {
    if (name.isBlank() || name.length() > LONGEST_NAME || !Legible.all(name)) {
      throw new ApiException(
          422,
          "The name of an API key is 1 to %d visible characters, not \"%s\""
              .formatted(LONGEST_NAME, Legible.excerpt(name)));
    }
  }

  private static String told(ApiKey key) {
    return "key " + key.id() + " \"" + key.name() + "\"";
  }

  private static InvalidTokenException refused() {
    return new InvalidTokenException(InvalidTokenException.NOT_VALID);
  }

  private static String sha256(String key) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java lacks SHA-256", e);
    }
  }
}
