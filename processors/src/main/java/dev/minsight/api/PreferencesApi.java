package dev.minsight.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.api.InvalidInputException.FieldError;
import dev.minsight.auth.GuestMode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
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
    JsonNode enabled = body(exchange).path("enabled");
    if (!enabled.isBoolean()) {
      throw new InvalidInputException(
          List.of(
              new FieldError(
                  enabled.isMissingNode() ? "missing" : "bool_type",
                  List.of("body", "enabled"),
                  enabled.isMissingNode() ? "Field required" : "Input should be a valid boolean",
                  enabled.isMissingNode() ? null : enabled)));
    }
    set(exchange, !enabled.asBoolean());
  }

  private static JsonNode body(Exchange exchange) {
    byte[] bytes = exchange.getIn().getBody(byte[].class);
    try {
      return Wire.JSON.readTree(bytes == null ? new byte[0] : bytes);
    } catch (IOException e) {
      throw new InvalidInputException(
          List.of(new FieldError("json_invalid", List.of("body"), "JSON decode error", null)));
    }
  }

  private void set(Exchange exchange, boolean on) {
    guestMode.set(on, Requests.caller(exchange).userId());
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("guest_mode", on);
    body.put("message", "Configuration updated successfully");
    Wire.json(exchange, 200, body);
  }
}
