package dev.minsight.api;

import dev.minsight.auth.PasswordCheck;
import dev.minsight.auth.Tokens;
import dev.minsight.auth.User;
import dev.minsight.auth.Users;
import dev.minsight.support.ApiException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** Logging in, and what an account may know about itself. */
@Component("authApi")
class AuthApi {

  /** UTC without a zone, as the reference writes it. */
  private static final DateTimeFormatter NAIVE_UTC =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

  private final PasswordCheck passwords;
  private final Tokens tokens;
  private final Users users;

  AuthApi(PasswordCheck passwords, Tokens tokens, Users users) {
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
    User user =
        passwords
            .login(username, password)
            .orElseThrow(() -> new ApiException(401, "Incorrect username or password"));
    Wire.json(exchange, 200, token(user));
  }

  /** {@code POST /auth/token/refresh}: a new token with the account's rights of now. */
  public void refresh(Exchange exchange) {
    Wire.json(exchange, 200, token(self(exchange)));
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
    Wire.json(exchange, 200, wire(self(exchange)));
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

  /** The contract's User. */
  static Map<String, Object> wire(User user) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("id", user.id());
    body.put("username", user.username());
    body.put("is_admin", user.isAdmin());
    body.put("is_active", user.isActive());
    body.put("created_at", NAIVE_UTC.format(user.createdAt()));
    body.put("permissions", user.permissions());
    return body;
  }
}
