package dev.minsight.workflow;

import dev.minsight.auth.PasswordCheck;
import dev.minsight.auth.Users;
import org.camunda.bpm.engine.authorization.Groups;
import org.camunda.bpm.engine.impl.cfg.AbstractProcessEnginePlugin;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.identity.ReadOnlyIdentityProvider;
import org.camunda.bpm.engine.impl.interceptor.Session;
import org.camunda.bpm.engine.impl.interceptor.SessionFactory;
import org.camunda.bpm.engine.impl.plugin.AdministratorAuthorizationPlugin;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;

/**
 * Gives the engine our accounts instead of its own: it stores no users and no passwords, and has
 * nothing to set up for a first user.
 */
@Component
class EngineIdentity extends AbstractProcessEnginePlugin {

  private final Users users;
  private final PasswordCheck passwords;

  EngineIdentity(Users users, PasswordCheck passwords) {
    this.users = users;
    this.passwords = passwords;
  }

  @Override
  public void preInit(ProcessEngineConfigurationImpl engine) {
    engine.setIdentityProviderSessionFactory(
        new SessionFactory() {
          @Override
          public Class<?> getSessionType() {
            return ReadOnlyIdentityProvider.class;
          }

          @Override
          public Session openSession() {
            return new EngineIdentityProvider(users, passwords);
          }
        });
  }

  /** What the engine's admin group may do; the other groups have {@link EngineGrants}. */
  @Configuration(proxyBeanMethods = false)
  static class Grants {

    @Bean
    AdministratorAuthorizationPlugin adminsMayEverything() {
      AdministratorAuthorizationPlugin plugin = new AdministratorAuthorizationPlugin();
      plugin.setAdministratorGroupName(Groups.CAMUNDA_ADMIN);
      return plugin;
    }
  }
}
