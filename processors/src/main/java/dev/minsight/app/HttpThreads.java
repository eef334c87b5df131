package dev.minsight.app;

import dev.minsight.support.MinsightProperties;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpEngine;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * A request stays on the container's thread while its route runs. Camel would hand it to the first
 * thread pool bean it finds, which is the engine's job executor: at most 10 requests at a time, 3
 * waiting, the rest refused, and slow downloads would hold up the engine's jobs. It also writes to
 * a response that the container has recycled already when the client goes away.
 */
@Configuration(proxyBeanMethods = false)
class HttpThreads {

  @Bean("platform-http-engine")
  PlatformHttpEngine platformHttpEngine(MinsightProperties settings) {
    return new SpringBootPlatformHttpEngine(settings.ports().store(), Runnable::run);
  }
}
