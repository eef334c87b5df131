package dev.minsight.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Remembers when an API key was last used, at most once a minute and on a thread of its own: a
 * request that only reads does not wait for SQLite's one writer.
 */
@Component
class KeyUse implements DisposableBean {

  private static final Logger LOG = LoggerFactory.getLogger(KeyUse.class);
  private static final Duration GRAIN = Duration.ofMinutes(1);
  private static final int MOST_KEYS = 10_000;

  private final ApiKeyRows rows;
  private final Clock clock;
  private final TransactionOperations write;
  private final Cache<Long, Instant> noted;
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work, "api-key-use");
            thread.setDaemon(true);
            return thread;
          });

  KeyUse(ApiKeyRows rows, Clock clock, PlatformTransactionManager transactions) {
    this.rows = rows;
    this.clock = clock;
    this.write = new TransactionTemplate(transactions);
    this.noted =
        Caffeine.newBuilder()
            .maximumSize(MOST_KEYS)
            .expireAfterWrite(GRAIN)
            .ticker(() -> clock.millis() * 1_000_000)
            .build();
  }

  /** The key is being used now. */
  void note(long keyId) {
    Instant now = clock.instant();
    if (noted.asMap().putIfAbsent(keyId, now) != null) {
      return;
    }
    try {
      writer.execute(() -> store(keyId, now));
    } catch (RejectedExecutionException e) {
      LOG.debug("The use of API key {} is not noted: the server stops", keyId);
    }
  }

  private void store(long keyId, Instant at) {
    try {
      write.executeWithoutResult(status -> rows.used(keyId, at));
    } catch (DataAccessException | TransactionException e) {
      LOG.warn("The use of API key {} could not be noted: {}", keyId, e.toString());
    }
  }

  @Override
  public void destroy() throws InterruptedException {
    writer.shutdown();
    writer.awaitTermination(5, TimeUnit.SECONDS);
  }
}
