package dev.minsight.api;

import dev.minsight.auth.KeyRotation;
import dev.minsight.auth.PasswordCheck;
import dev.minsight.auth.Tokens;
import dev.minsight.auth.User;
import dev.minsight.auth.Users;
import dev.minsight.support.ApiException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** Tokens, the keys they are signed with, and what an account may know about itself. */
@Component("authApi")
class AuthApi {

  private final PasswordCheck passwords;
  private final Tokens tokens;
  private final Users users;
  private final KeyRotation rotation;

  AuthApi(PasswordCheck passwords, Tokens tokens, Users users, KeyRotation rotation) {
    this.rotation = rotation;
    this.passwords = passwords;
    this.tokens = tokens;
    this.users = users;
  }

  /** {@code POST /auth/token}: name and password for a token. */
  public void login(Exchange exchange) {
    Form form = Form.of(exchange);
    String grant = form.text("grant_type").orElse("password");
    if (!grant.equals("password")) {
      form.wrong(
          "grant_type",
          "string_pattern_mismatch",
          "String should match pattern '^password$'",
          grant);
    }
    String username = form.required("username");
    String password = form.required("password");
    form.check();
    String address = Requests.of(exchange).getRemoteAddr();
    User user =
        Requests.caller(exchange)
            .call(() -> passwords.login(username, password, address))
            .orElseThrow(() -> new ApiException(401, "Incorrect username or password"));
    Wire.json(exchange, 200, token(user));
  }

  /** {@code POST /auth/token/refresh}: a new token with the account's rights of now. */
  public void refresh(Exchange exchange) {
    Wire.json(exchange, 200, token(self(exchange)));
  }

  /** {@code POST /auth/link-token}: a token for addresses of media, good for a few minutes. */
  public void link(Exchange exchange) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("token", tokens.issueLink(self(exchange), Requests.rights(exchange)));
    body.put("expires_in", Tokens.LINK_LIFE.toSeconds());
    Wire.json(exchange, 200, body);
  }

  /** {@code POST /auth/keys/rotate}: a new key from now on; answers with its public half. */
  public void rotateKeys(Exchange exchange) {
    Requests.caller(exchange).run(rotation::rotate);
    publicKey(exchange);
  }

  /** {@code GET /auth/public-key}: what tokens are verified with. */
  public void publicKey(Exchange exchange) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("public_key", tokens.publicKey());
    body.put("algorithm", "ES256");
    Wire.json(exchange, 200, body);
  }

  /** {@code GET /users/me}. */
  public void me(Exchange exchange) {
    Wire.json(exchange, 200, UsersApi.wire(self(exchange)));
  }

  private User self(Exchange exchange) {
    return users
        .byId(Long.parseLong(Requests.caller(exchange).userId()))
        .orElseThrow(() -> new ApiException(401, "Could not validate credentials"));
  }

  private Map<String, Object> token(User user) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("access_token", tokens.issue(user));
    body.put("token_type", "bearer");
    return body;
  }
}
