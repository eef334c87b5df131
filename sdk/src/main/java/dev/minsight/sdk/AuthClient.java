package dev.minsight.sdk;

import java.net.URI;

/** Users and tokens. Stateless: who keeps a token is the caller's business. */
public final class AuthClient {

  private final Transport transport;
  private final URI base;

  AuthClient(Transport transport, URI base) {
    this.transport = transport;
    this.base = base;
  }

  /**
   * @param username of an account
   * @param password in plain text; use https where the line is not your own
   * @throws ApiException.Unauthorized when they do not match
   * @throws ApiException.TooManyRequests after too many failures
   */
  public Token login(String username, String password) {
    Params form = new Params().add("username", username).add("password", password);
    return transport
        .as(AuthProvider.none())
        .postForm(base, "/auth/token", form, Token.class)
        .body();
  }

  /**
   * Trades a token that is still valid for a new one, with the account's present permissions.
   *
   * @param token the old one; it stays valid until it ends
   * @throws ApiException.Unauthorized when it has ended
   */
  public Token refresh(String token) {
    return transport
        .as(AuthProvider.bearer(token))
        .postForm(base, "/auth/token/refresh", new Params(), Token.class)
        .body();
  }

  /**
   * @return the account this client calls as
   * @throws ApiException.Unauthorized for a guest
   */
  public User me() {
    return transport.get(base, "/users/me", new Params(), User.class);
  }

  /**
   * @return the key that verifies this server's tokens
   */
  public PublicKey publicKey() {
    return transport.get(base, "/auth/public-key", new Params(), PublicKey.class);
  }
}
