package dev.minsight.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.minsight.support.MinsightProperties;
import dev.minsight.support.MinsightProperties.Login;
import dev.minsight.support.RetryableException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import org.springframework.stereotype.Component;

/**
 * Slows down those who guess passwords: failures are counted for each user and address together, so
 * that nobody can lock out a user who logs in from elsewhere, and for each address, so that trying
 * many names does not help. Names that do not exist count like those that do. In memory, bounded.
 */
@Component
class LoginLimits {

  /** No longer name can exist; what comes after does not tell one count from another. */
  private static final int LONGEST_NAME = 255;

  /** Bytes of an IPv6 address that name the network; whoever has one has all addresses in it. */
  private static final int NETWORK_BYTES = 8;

  private record Pair(String username, String address) {}

  private final Login rules;
  private final Clock clock;
  private final Cache<Pair, FailureCount> pairs;
  private final Cache<String, FailureCount> addresses;

  LoginLimits(MinsightProperties settings, Clock clock) {
    this.rules = settings.auth().login();
    this.clock = clock;
    this.pairs = forgetting();
    this.addresses = forgetting();
  }

  private <K> Cache<K, FailureCount> forgetting() {
    Duration kept =
        rules.forgetAfter().compareTo(rules.longestWait()) > 0
            ? rules.forgetAfter()
            : rules.longestWait();
    return Caffeine.newBuilder()
        .maximumSize(rules.maxTracked())
        .expireAfterAccess(kept)
        .ticker(() -> clock.millis() * 1_000_000)
        .build();
  }

  /**
   * Begins a login; may stand in line while others with the same name or address are checked.
   *
   * @param username as it was typed
   * @param address of the other end of the connection
   * @return to be closed when the password was checked
   * @throws TooManyLoginsException when a wait is not over yet
   */
  Attempt begin(String username, String address) {
    String network = network(address);
    String name = username.length() > LONGEST_NAME ? username.substring(0, LONGEST_NAME) : username;
    FailureCount all = addresses.get(network, a -> count(rules.failuresPerAddress()));
    FailureCount own = pairs.get(new Pair(name, network), p -> count(rules.failures()));
    enter(all);
    try {
      enter(own);
    } catch (RuntimeException e) {
      all.end();
      throw e;
    }
    return new Attempt(own, all, rules);
  }

  private FailureCount count(int free) {
    return new FailureCount(free, rules, clock);
  }

  private static void enter(FailureCount count) {
    Duration wait;
    try {
      wait = count.begin();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RetryableException("The server stops; log in again later", e);
    }
    if (!wait.isZero()) {
      throw new TooManyLoginsException(wait);
    }
  }

  private static String network(String address) {
    if (address.indexOf(':') < 0) {
      return address;
    }
    try {
      InetAddress parsed = InetAddress.getByName(address); // digits only: no name is looked up
      return parsed instanceof Inet6Address
          ? HexFormat.of().formatHex(Arrays.copyOf(parsed.getAddress(), NETWORK_BYTES))
          : parsed.getHostAddress();
    } catch (UnknownHostException e) {
      return address;
    }
  }

  /** A login that is being checked. */
  static final class Attempt implements AutoCloseable {

    private final FailureCount own;
    private final FailureCount all;
    private final Login rules;

    private Attempt(FailureCount own, FailureCount all, Login rules) {
      this.own = own;
      this.all = all;
      this.rules = rules;
    }

    /** The address keeps its failures, else an account of one's own would pay for guessing. */
    void succeeded() {
      own.forget();
    }

    /**
     * The address pays for the free failures of each user alone. What comes after them is slowed
     * down by the user's own wait, and a forgotten device with an old password shall not close its
     * address for everybody else.
     *
     * @return whether a lock-out begins here
     */
    boolean failed() {
      int ofUser = own.failed();
      boolean closesAddress =
          ofUser <= rules.failures() && all.failed() == rules.failuresPerAddress();
      return closesAddress || ofUser == rules.failures();
    }

    @Override
    public void close() {
      own.end();
      all.end();
    }
  }
}
