package dev.minsight.app;

import dev.minsight.support.MinsightProperties;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.AbstractProtocol;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** One server, three doors: the store's port is Tomcat's own, auth and compute come beside it. */
@Configuration(proxyBeanMethods = false)
class Connectors {

  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> moreDoors(MinsightProperties settings) {
    return factory -> {
      Set<Integer> ports =
          new LinkedHashSet<>(Set.of(settings.ports().auth(), settings.ports().compute()));
      ports.remove(settings.ports().store());
      for (int port : ports) {
        Connector connector = new Connector(TomcatServletWebServerFactory.DEFAULT_PROTOCOL);
        connector.setPort(port);
        if (connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol) {
          protocol.setAddress(factory.getAddress());
        }
        factory.addAdditionalTomcatConnectors(connector);
      }
    };
  }
}
