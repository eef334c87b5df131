package dev.minsight.compute;

import dev.minsight.support.MinsightProperties;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Makes the calls of {@link Webhooks}, each until it is answered with 2xx: again after growing
 * waits, for about a day. {@code X-Minsight-Signature} is {@code sha256=} and the HMAC-SHA256, in
 * hex, of {@code <X-Minsight-Timestamp>.<body>} under the secret of the settings.
 */
@Component
class WebhookCaller {

  private static final Logger LOG = LoggerFactory.getLogger(WebhookCaller.class);
  private static final int AT_ONCE = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final List<Duration> WAITS =
      List.of(
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ofMinutes(1),
          Duration.ofMinutes(10),
          Duration.ofHours(1),
          Duration.ofHours(6),
          Duration.ofHours(18));

  private final Webhooks webhooks;
  private final Clock clock;
  private final byte[] secret;

  /** Null where nobody may be called: a client has threads of its own. */
  private final HttpClient http;

  WebhookCaller(Webhooks webhooks, Clock clock, MinsightProperties settings) {
    this.webhooks = webhooks;
    this.clock = clock;
    this.secret = settings.compute().webhookSecret().getBytes(StandardCharsets.UTF_8);
    this.http =
        settings.compute().webhooks().isEmpty()
            ? null
            : HttpClient.newBuilder()
                .connectTimeout(PATIENCE)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
  }

  /** Never fails; what cannot be told now is told later. */
  @Scheduled(fixedDelay = 1000)
  void run() {
    if (http == null) {
      return;
    }
    try {
      webhooks.due(AT_ONCE).forEach(this::call);
    } catch (RuntimeException e) {
      LOG.warn("Webhooks could not be called and are the next time: {}", e.toString());
    }
  }

  private void call(Webhooks.Call call) {
    String failure;
    try {
      HttpResponse<Void> answer = http.send(request(call), HttpResponse.BodyHandlers.discarding());
      if (answer.statusCode() / 100 == 2) {
        webhooks.done(call);
        return;
      }
      failure = "answered " + answer.statusCode();
    } catch (IOException | IllegalArgumentException e) {
      failure = e.toString();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    boolean again = call.attempts() < WAITS.size();
    webhooks.failed(call, failure, again ? (Long) WAITS.get(call.attempts()).toMillis() : null);
    if (!again) {
      LOG.warn("Nobody could be told of a job's end at {}: {}", call.url(), failure);
    }
  }

  private HttpRequest request(Webhooks.Call call) {
    String time = Long.toString(clock.millis());
    return HttpRequest.newBuilder(URI.create(call.url()))
        .timeout(PATIENCE)
        .header("Content-Type", "application/json")
        .header("X-Minsight-Delivery", call.id())
        .header("X-Minsight-Timestamp", time)
        .header("X-Minsight-Signature", "sha256=" + signature(time + "." + call.body()))
        .POST(HttpRequest.BodyPublishers.ofString(call.body()))
        .build();
  }

  private String signature(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has HmacSHA256", e);
    }
  }
}
