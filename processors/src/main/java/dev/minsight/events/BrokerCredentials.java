package dev.minsight.events;

/** Whoever knows which users may connect to the embedded broker from other machines. */
public interface BrokerCredentials {

  /**
   * @param user name the client gave, or null
   * @param password password the client gave, or null
   * @param address of the client, e.g. {@code 192.0.2.7}
   * @return whether it may connect
   */
  boolean mayConnect(String user, String password, String address);
}
