package dev.minsight.auth;

import dev.minsight.support.ApiException;
import dev.minsight.support.ConfigurationException;
import dev.minsight.support.MinsightProperties;
import java.util.List;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Component;

/**
 * Makes the configured admin at start, before any request is answered, if there is no user of that
 * name. An existing one is left as it is; its password is not reset.
 */
@Component
class FirstAdmin implements SmartInitializingSingleton {

  private static final int RANDOM_PASSWORD_LENGTH = 20;

  private final Users users;
  private final Passwords passwords;
  private final MinsightProperties settings;

  FirstAdmin(Users users, Passwords passwords, MinsightProperties settings) {
    this.users = users;
    this.passwords = passwords;
    this.settings = settings;
  }

  @Override
  public void afterSingletonsInstantiated() {
    String name = settings.auth().adminUsername();
    if (!settings.runs(MinsightProperties.Role.AUTH) || users.byName(name).isPresent()) {
      return;
    }
    String chosen = settings.auth().adminPassword();
    boolean random = chosen == null || chosen.isEmpty();
    String password = random ? passwords.random(RANDOM_PASSWORD_LENGTH) : chosen;
    try {
      users.create(new NewUser(name, password, true, true, List.of("*")));
    } catch (ApiException e) {
      if (e.status() == 400) {
        return; // another node was faster
      }
      throw new ConfigurationException(
          "minsight.auth.admin-username or admin-password: " + e.getMessage(), e);
    }
    if (random) {
      // To the terminal of whoever starts the server, and nowhere else: never into the log file.
      System.out.printf("First admin: user %s, password %s  (shown only now)%n", name, password);
    }
  }
}
