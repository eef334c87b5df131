package dev.minsight.app;

import dev.minsight.auth.PasswordCheck;
import dev.minsight.events.BrokerCredentials;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Who may connect to the embedded broker from elsewhere: whoever has an active account. */
@Configuration(proxyBeanMethods = false)
class BrokerLogin {

  @Bean
  BrokerCredentials brokerCredentials(PasswordCheck passwords) {
    return passwords::matchesActiveUser;
  }
}
