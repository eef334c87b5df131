package dev.minsight.api;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.task.ThreadPoolTaskExecutorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.security.task.DelegatingSecurityContextAsyncTaskExecutor;

/**
 * The threads that answer HTTP requests. Camel's platform-http takes the first pool it finds, which
 * is the engine's (ten threads, a queue of three), unless there is one of the type below: requests
 * would be refused under load and hold up the engine's jobs.
 */
@Configuration(proxyBeanMethods = false)
class HttpThreads {

  /** Sized by {@code spring.task.execution.pool}; waiting requests are bounded by Tomcat. */
  @Bean(defaultCandidate = false)
  ThreadPoolTaskExecutor httpPool(ThreadPoolTaskExecutorBuilder settings) {
    ThreadPoolTaskExecutor pool = settings.threadNamePrefix("http-").build();
    // Tomcat drains first; what it still lets in while closing is answered.
    pool.setAcceptTasksAfterContextClose(true);
    return pool;
  }

  @Bean
  DelegatingSecurityContextAsyncTaskExecutor httpExecutor(
      @Qualifier("httpPool") ThreadPoolTaskExecutor pool) {
    return new DelegatingSecurityContextAsyncTaskExecutor(pool);
  }
}
