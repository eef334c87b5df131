package dev.minsight.app;

import dev.minsight.support.MinsightProperties;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardHost;
import org.apache.coyote.AbstractProtocol;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** One server, three doors: the store's port is Tomcat's own, auth and compute come beside it. */
@Configuration(proxyBeanMethods = false)
class Connectors {

  /** Last, so that what the settings say of Tomcat's own door holds for the others, too. */
  @Bean
  @Order(Ordered.LOWEST_PRECEDENCE)
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> moreDoors(MinsightProperties settings) {
    return factory -> {
      // Forms of all methods are read by Tomcat: it has limits, Spring's filter for PUT has none.
      factory.addConnectorCustomizers(
          connector -> connector.setParseBodyMethods("POST,PUT,PATCH,DELETE"));
      factory.addContextCustomizers(
          context ->
              ((StandardHost) context.getParent())
                  .setErrorReportValveClass(ErrorReports.class.getName()));
      Set<Integer> ports =
          new LinkedHashSet<>(Set.of(settings.ports().auth(), settings.ports().compute()));
      ports.remove(settings.ports().store());
      for (int port : ports) {
        Connector connector = new Connector(TomcatServletWebServerFactory.DEFAULT_PROTOCOL);
        factory.getTomcatConnectorCustomizers().forEach(each -> each.customize(connector));
        connector.setPort(port);
        if (connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol) {
          protocol.setAddress(factory.getAddress());
        }
        factory.addAdditionalTomcatConnectors(connector);
      }
    };
  }
}
