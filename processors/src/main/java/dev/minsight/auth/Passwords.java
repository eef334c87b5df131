package dev.minsight.auth;

import dev.minsight.support.ApiException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder.BCryptVersion;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Component;

/** Hashes passwords with bcrypt, cost 12, as the contract has it. Holds no lock. */
@Component
class Passwords {

  /** bcrypt looks at no more than this many bytes. */
  private static final int MAX_BYTES = 72;

  private static final int COST = 12;

  /**
   * Compared against when there is no such user, so that a refusal takes the same time. It is of no
   * password, and would let nobody in if it were.
   */
  private static final String NOBODYS_HASH = "$2b$" + COST + "$" + ".".repeat(53);

  /** Letters and digits that nobody mistakes for each other when reading them off a screen. */
  private static final String LEGIBLE = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";

  private final SecureRandom random = new SecureRandom();
  private final PasswordEncoder bcrypt;

  @Autowired
  Passwords() {
    this(new BCryptPasswordEncoder(BCryptVersion.$2B, COST, new SecureRandom()));
  }

  Passwords(PasswordEncoder bcrypt) {
    this.bcrypt = bcrypt;
  }

  /**
   * @throws ApiException 422 when the password is longer than bcrypt can tell apart
   */
  String hash(String password) {
    if (tooLong(password)) {
      throw new ApiException(422, "The password is longer than 72 bytes");
    }
    return bcrypt.encode(password);
  }

  /**
   * @param hash the stored hash, or null when there is no such user
   */
  boolean matches(String password, String hash) {
    if (tooLong(password)) {
      return false; // bcrypt would compare the first 72 bytes only
    }
    boolean same = bcrypt.matches(password, hash == null ? NOBODYS_HASH : hash);
    return same && hash != null;
  }

  static boolean tooLong(String password) {
    return password.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES;
  }

  /** A password of the given length; 20 characters carry 115 bits. */
  String random(int length) {
    StringBuilder password = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      password.append(LEGIBLE.charAt(random.nextInt(LEGIBLE.length())));
    }
    return password.toString();
  }
}
