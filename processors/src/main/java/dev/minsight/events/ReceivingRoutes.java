package dev.minsight.events;

import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Endpoint;
import org.apache.camel.spi.RouteController;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Starts the routes that receive from MQTT once the broker is there. They have {@code autoStartup:
 * false}, because Camel's consumer connects only once when it starts: with the broker away the
 * route, or without a supervisor the whole server, would not come up. Later losses of the
 * connection the consumer heals itself, and subscribes anew.
 */
@Component
class ReceivingRoutes {

  private static final Logger LOG = LoggerFactory.getLogger(ReceivingRoutes.class);

  private final ObjectProvider<CamelContext> camel;

  ReceivingRoutes(ObjectProvider<CamelContext> camel) {
    this.camel = camel;
  }

  /** The broker can be reached: starts what does not run yet. Never fails; call it again. */
  void startMissing() {
    CamelContext context = camel.getIfAvailable();
    if (context == null || !context.isStarted()) {
      return;
    }
    RouteController controller = context.getRouteController();
    for (Route route : context.getRoutes()) {
      String id = route.getRouteId();
      if (route.getEndpoint() instanceof PahoMqtt5Endpoint
          && !controller.getRouteStatus(id).isStarted()) {
        start(controller, id);
      }
    }
  }

  private static void start(RouteController controller, String id) {
    try {
      controller.startRoute(id);
    } catch (Exception e) {
      LOG.debug("Route {} did not start; the next look tries again", id, e);
      try {
        controller.stopRoute(id); // else the consumer would keep its unconnected client
      } catch (Exception again) {
        LOG.debug("Route {} did not stop either", id, again);
      }
    }
  }
}
