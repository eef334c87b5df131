package dev.minsight.api;

import dev.minsight.auth.NewUser;
import dev.minsight.auth.User;
import dev.minsight.auth.UserChange;
import dev.minsight.auth.Users;
import dev.minsight.support.NotFoundException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** {@code /users}: accounts as admins see and change them; auth.md section 4. */
@Component("usersApi")
class UsersApi {

  private static final long MOST = 1000;

  private final Users users;

  UsersApi(Users users) {
    this.users = users;
  }

  /** {@code POST /users}, a form. */
  public void create(Exchange exchange) {
    Form form = Form.of(exchange);
    NewUser wanted =
        new NewUser(
            form.required("username"),
            form.required("password"),
            form.flag("is_admin").orElse(false),
            form.flag("is_active").orElse(true),
            form.names("permissions").orElse(List.of()));
    form.check();
    User made = Requests.caller(exchange).call(() -> users.create(wanted));
    Wire.json(exchange, 201, wire(made));
  }

  /** {@code GET /users}: a bare array; {@code skip} and {@code limit} are brought into range. */
  public void list(Exchange exchange) {
    Form query = Form.query(exchange);
    long skip = Math.max(0, query.number("skip").orElse(0L));
    long limit = Math.min(MOST, Math.max(0, query.number("limit").orElse(100L)));
    query.check();
    Wire.json(exchange, 200, users.page(skip, (int) limit).stream().map(UsersApi::wire).toList());
  }

  /** {@code GET /users/{user_id}}. */
  public void get(Exchange exchange) {
    long id = id(exchange);
    Wire.json(
        exchange,
        200,
        wire(users.byId(id).orElseThrow(() -> new NotFoundException("User not found"))));
  }

  /** {@code PUT} and {@code PATCH /users/{user_id}}, a form or JSON: what is sent is changed. */
  public void change(Exchange exchange) {
    Form form = Form.ofFormOrJson(exchange);
    long id = form.path("user_id", "user_id");
    UserChange wanted =
        new UserChange(
            form.text("password").orElse(null),
            form.names("permissions").orElse(null),
            form.flag("is_active").orElse(null),
            form.flag("is_admin").orElse(null));
    form.check();
    User changed = Requests.caller(exchange).call(() -> users.change(id, wanted));
    Wire.json(exchange, 200, wire(changed));
  }

  /** {@code DELETE /users/{user_id}}. */
  public void delete(Exchange exchange) {
    long id = id(exchange);
    Requests.caller(exchange).run(() -> users.delete(id));
    Wire.nothing(exchange);
  }

  private static long id(Exchange exchange) {
    Form form = Form.query(exchange);
    long id = form.path("user_id", "user_id");
    form.check();
    return id;
  }

  /** The contract's User. */
  static Map<String, Object> wire(User user) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("id", user.id());
    body.put("username", user.username());
    body.put("is_admin", user.isAdmin());
    body.put("is_active", user.isActive());
    body.put("created_at", AuthTimes.naive(user.createdAt()));
    body.put("permissions", user.permissions());
    return body;
  }
}
