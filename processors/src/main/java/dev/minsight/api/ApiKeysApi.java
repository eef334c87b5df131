package dev.minsight.api;

import dev.minsight.auth.ApiKey;
import dev.minsight.auth.ApiKeys;
import dev.minsight.auth.NewApiKey;
import dev.minsight.auth.Rights;
import dev.minsight.auth.Users;
import dev.minsight.support.ApiException;
import dev.minsight.support.NotFoundException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** {@code /auth/api-keys}: everybody's own keys, and all of them for admins. */
@Component("apiKeysApi")
class ApiKeysApi {

  private static final int MOST_DAYS = 3650;

  private final ApiKeys keys;
  private final Users users;

  ApiKeysApi(ApiKeys keys, Users users) {
    this.keys = keys;
    this.users = users;
  }

  /** {@code POST /auth/api-keys}, a form: a key of the caller's own, shown this once. */
  public void create(Exchange exchange) {
    Form form = Form.of(exchange);
    String name = form.required("name");
    List<String> scopes = form.names("scopes").orElse(List.of());
    boolean ends = form.number("expires_days").isPresent();
    long days = ends ? form.number("expires_days", 1, 1, MOST_DAYS) : 0;
    form.check();
    Duration life = ends ? Duration.ofDays(days) : null;
    long owner = callerId(exchange);
    NewApiKey made = Requests.caller(exchange).call(() -> keys.create(owner, name, scopes, life));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("id", made.stored().id());
    body.put("key", made.key());
    body.put("name", made.stored().name());
    body.put("scopes", made.stored().scopes());
    body.put("expires_at", AuthTimes.naive(made.stored().expiresAt()));
    body.put("created_at", AuthTimes.naive(made.stored().createdAt()));
    Wire.json(exchange, 201, body);
  }

  /** {@code GET /auth/api-keys}: the caller's own, or for admins those of {@code ?user_id=}. */
  public void list(Exchange exchange) {
    Form query = Form.query(exchange);
    long own = callerId(exchange);
    long wanted = query.number("user_id").orElse(own);
    query.check();
    if (wanted != own) {
      if (!Requests.rights(exchange).admin()) {
        throw new ApiException(403, "The user doesn't have enough privileges");
      }
      users.byId(wanted).orElseThrow(() -> new NotFoundException("User not found"));
    }
    Wire.json(exchange, 200, keys.ofUser(wanted).stream().map(ApiKeysApi::wire).toList());
  }

  /** {@code DELETE /auth/api-keys/{id}}: one's own; admins delete anybody's. */
  public void delete(Exchange exchange) {
    Form query = Form.query(exchange);
    long id = query.path("id", "id");
    query.check();
    Rights rights = Requests.rights(exchange);
    Long whose = rights.admin() ? null : Long.valueOf(callerId(exchange));
    Requests.caller(exchange).run(() -> keys.delete(id, whose));
    Wire.nothing(exchange);
  }

  private static long callerId(Exchange exchange) {
    return Long.parseLong(Requests.caller(exchange).userId());
  }

  private static Map<String, Object> wire(ApiKey key) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("id", key.id());
    body.put("user_id", key.userId());
    body.put("name", key.name());
    body.put("scopes", key.scopes());
    body.put("created_at", AuthTimes.naive(key.createdAt()));
    body.put("expires_at", AuthTimes.naive(key.expiresAt()));
    body.put("last_used_at", AuthTimes.naive(key.lastUsedAt()));
    return body;
  }
}
