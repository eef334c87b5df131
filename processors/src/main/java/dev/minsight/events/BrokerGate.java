package dev.minsight.events;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Objects;
import java.util.Set;
import org.apache.activemq.artemis.core.security.CheckType;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.apache.activemq.artemis.spi.core.security.ActiveMQSecurityManager4;

/**
 * Who may enter the embedded broker. On loopback everybody; elsewhere our own clients, who know the
 * secret, and whoever {@link BrokerCredentials} lets in. Nobody manages the broker over the wire.
 */
final class BrokerGate implements ActiveMQSecurityManager4 {

  private static final String NOBODY = "guest";

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
  public String validateUser(
      String user, String password, RemotingConnection connection, String securityDomain) {
    boolean enters =
        open
            || isOurs(user, password)
            || user != null
                && password != null
                && credentials.mayConnect(user, password, address(connection));
    // Who enters without a name still needs one: null is a refusal.
    return enters ? Objects.requireNonNullElse(user, NOBODY) : null;
  }

  @Override
  public String validateUserAndRole(
      String user,
      String password,
      Set<Role> roles,
      CheckType checkType,
      String address,
      RemotingConnection connection,
      String securityDomain) {
    return checkType == CheckType.MANAGE
        ? null
        : validateUser(user, password, connection, securityDomain);
  }

  @Override
  public boolean validateUser(String user, String password) {
    return validateUser(user, password, null, null) != null;
  }

  @Override
  public boolean validateUserAndRole(
      String user, String password, Set<Role> roles, CheckType checkType) {
    return validateUserAndRole(user, password, roles, checkType, null, null, null) != null;
  }

  /** Artemis writes addresses as {@code /192.0.2.7:54321} and {@code /[2001:db8::1]:54321}. */
  private static String address(RemotingConnection connection) {
    String remote = connection == null ? null : connection.getRemoteAddress();
    if (remote == null) {
      return "";
    }
    String host = remote.substring(remote.indexOf('/') + 1);
    int port = host.lastIndexOf(':');
    return (port < 0 ? host : host.substring(0, port)).replaceAll("[\\[\\]]", "");
  }

  private boolean isOurs(String user, String password) {
    return BrokerAddress.OWN_USER.equals(user)
        && password != null
        && MessageDigest.isEqual(
            password.getBytes(StandardCharsets.UTF_8),
            own.password().getBytes(StandardCharsets.UTF_8));
  }
}
