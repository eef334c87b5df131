package dev.minsight.api;

import dev.minsight.auth.GuestMode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** Whether guests may read: asked and chosen by admins, the same for store and compute. */
@Component("preferencesApi")
class PreferencesApi {

  private final GuestMode guestMode;

  PreferencesApi(GuestMode guestMode) {
    this.guestMode = guestMode;
  }

  /** {@code GET /admin/pref} and its aliases. */
  public void show(Exchange exchange) {
    GuestMode.Preference preference = guestMode.preference();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("guest_mode", preference.on());
    body.put("updated_at", preference.updatedAt());
    body.put("updated_by", preference.updatedBy());
    Wire.json(exchange, 200, body);
  }

  /** {@code PUT /admin/pref/guest-mode}, a form. */
  public void choose(Exchange exchange) {
    Form form = Form.of(exchange);
    boolean on = form.requiredFlag("guest_mode");
    form.check();
    set(exchange, on);
  }

  /** {@code PUT /admin/config/read-auth}, JSON: the same turned round, for the oldest clients. */
  public void chooseReadAuth(Exchange exchange) {
    Form body = Form.ofJson(exchange);
    boolean enabled = body.requiredFlag("enabled");
    body.check();
    set(exchange, !enabled);
  }

  private void set(Exchange exchange, boolean on) {
    Requests.caller(exchange).run(() -> guestMode.set(on));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("guest_mode", on);
    body.put("message", "Configuration updated successfully");
    Wire.json(exchange, 200, body);
  }
}
