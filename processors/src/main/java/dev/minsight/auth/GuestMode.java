package dev.minsight.auth;

import dev.minsight.support.MinsightProperties;
import org.springframework.stereotype.Component;

/**
 * Whether reading is allowed without an account. Stored as the reference does, inverted, under
 * {@code read_auth_enabled}. As long as nobody has chosen: on where only this machine can reach the
 * server, off otherwise.
 */
@Component
public class GuestMode {

  private static final String KEY = "read_auth_enabled";

  /**
   * The preference with its origin.
   *
   * @param on whether guests may read
   * @param updatedAt ms since the epoch, null as long as nobody has chosen
   * @param updatedBy id claim of who chose, or null
   */
  public record Preference(boolean on, Long updatedAt, String updatedBy) {}

  private final ServiceConfig config;
  private final boolean onByDefault;

  GuestMode(ServiceConfig config, MinsightProperties settings) {
    this.config = config;
    this.onByDefault = settings.loopbackOnly();
  }

  /**
   * @return whether guests may read now
   */
  public boolean isOn() {
    return preference().on();
  }

  /**
   * @return the preference in force
   */
  public Preference preference() {
    return config
        .find(KEY)
        .map(
            entry ->
                new Preference(
                    !Boolean.parseBoolean(entry.value()), entry.updatedAt(), entry.updatedBy()))
        .orElseGet(() -> new Preference(onByDefault, null, null));
  }

  /**
   * Holds at once.
   *
   * @param on whether guests may read
   * @param userId id claim of who chooses, or null
   */
  public void set(boolean on, String userId) {
    config.set(KEY, Boolean.toString(!on), userId);
  }
}
