package dev.minsight.api;

import dev.minsight.auth.GuestMode;
import dev.minsight.support.MinsightProperties;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** {@code GET /}: the service of the port the request came in on; merged ports answer as store. */
@Component("rootApi")
class RootApi {

  private static final Set<String> SERVICES = Set.of("auth", "store", "compute");

  private final MinsightProperties settings;
  private final GuestMode guestMode;

  RootApi(MinsightProperties settings, GuestMode guestMode) {
    this.settings = settings;
    this.guestMode = guestMode;
  }

  /** Answers with the root body of auth, compute or store; {@code ?service=} names another. */
  public void describe(Exchange exchange) {
    Wire.json(exchange, 200, body(service(exchange)));
  }

  private String service(Exchange exchange) {
    Form query = Form.query(exchange);
    Optional<String> asked = query.text("service");
    if (asked.isPresent()) {
      if (!SERVICES.contains(asked.get())) {
        query.wrong("service", "enum", "Input should be 'auth', 'store' or 'compute'", asked.get());
      }
      query.check();
      return asked.get();
    }
    int port = Requests.of(exchange).getLocalPort();
    if (port == settings.ports().store()) {
      return "store";
    }
    return port == settings.ports().auth() ? "auth" : "compute";
  }

  private Map<String, Object> body(String service) {
    if (service.equals("auth")) {
      return Map.of("message", "authentication service is running");
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("status", "healthy");
    body.put("service", service.equals("compute") ? "Task Server" : "CoLAN Store Server");
    body.put("version", "v1");
    body.put("guestMode", guestMode.isOn() ? "on" : "off");
    body.put("auth_required", settings.auth().enabled());
    return body;
  }
}
