package dev.minsight.auth;

import dev.minsight.support.Caller;
import dev.minsight.support.MinsightProperties;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

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
  private final AccountAudit audit;
  private final boolean onByDefault;

  GuestMode(ServiceConfig config, AccountAudit audit, MinsightProperties settings) {
    this.config = config;
    this.audit = audit;
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
   * Holds at once; chosen by {@link Caller#current}.
   *
   * @param on whether guests may read
   */
  @Transactional
  public void set(boolean on) {
    config.set(KEY, Boolean.toString(!on), Caller.current().userId());
    audit.record(AccountEvent.GUEST_MODE_CHANGED, null, "guest_mode=" + on);
  }
}
