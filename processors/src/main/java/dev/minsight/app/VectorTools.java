package dev.minsight.app;

import dev.minsight.support.MinsightProperties;
import dev.minsight.vectors.EmbeddedVectorIndex;
import dev.minsight.vectors.VectorIndex;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Where vectors are kept and searched. */
@Configuration(proxyBeanMethods = false)
class VectorTools {

  @Bean
  VectorIndex vectorIndex(MinsightProperties settings) {
    return new EmbeddedVectorIndex(settings.home().resolve("vectors"));
  }
}
