package dev.minsight.api;

import dev.minsight.support.MinsightProperties;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpEngine;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * A request stays on the container's thread while its route runs. Camel would hand it to the first
 * pool bean it finds: the engine's job executor (10 requests at a time, 3 waiting, the rest
 * refused, and slow ones hold up the engine's jobs), or a pool of ours, in which a few slow
 * downloads hold up everybody. On another thread it would also write to a response that the
 * container has recycled already when the client went away.
 */
@Configuration(proxyBeanMethods = false)
class HttpThreads {

  @Bean("platform-http-engine")
  PlatformHttpEngine platformHttpEngine(MinsightProperties settings) {
    return new SpringBootPlatformHttpEngine(settings.ports().store(), Runnable::run);
  }
}
