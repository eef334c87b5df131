package dev.minsight.events;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Set;
import org.apache.activemq.artemis.core.security.CheckType;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.spi.core.security.ActiveMQSecurityManager;

/**
 * Who may enter the embedded broker. On loopback everybody; elsewhere our own clients, who know the
 * secret, and whoever {@link BrokerCredentials} lets in. Nobody manages the broker over the wire.
 */
final class BrokerGate implements ActiveMQSecurityManager {

  private final boolean open;
  private final BrokerAddress own;
  private final BrokerCredentials credentials;

  /**
   * @param open whether anonymous clients may enter
   * @param own how our own clients introduce themselves
   * @param credentials who else may enter when it is not open
   */
  BrokerGate(boolean open, BrokerAddress own, BrokerCredentials credentials) {
    this.open = open;
    this.own = own;
    this.credentials = credentials;
  }

  @Override
  public boolean validateUser(String user, String password) {
    if (open || isOurs(user, password)) {
      return true;
    }
    return user != null && password != null && credentials.mayConnect(user, password);
  }

  @Override
  public boolean validateUserAndRole(
      String user, String password, Set<Role> roles, CheckType checkType) {
    return checkType != CheckType.MANAGE && validateUser(user, password);
  }

  private boolean isOurs(String user, String password) {
    return BrokerAddress.OWN_USER.equals(user)
        && password != null
        && MessageDigest.isEqual(
            password.getBytes(StandardCharsets.UTF_8),
            own.password().getBytes(StandardCharsets.UTF_8));
  }
}
