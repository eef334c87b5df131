package dev.minsight.api;

import dev.minsight.auth.User;
import dev.minsight.auth.Users;
import dev.minsight.insight.Pauses;
import dev.minsight.insight.ReconcileTrigger;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** {@code /system/pipeline}: holding new work back, and letting it go on. */
@Component("pipelineApi")
class PipelineApi {

  private static final long LONGEST_MINUTES = Duration.ofDays(30).toMinutes();
  private static final int LONGEST_REASON = 500;

  private final Pauses pauses;
  private final ReconcileTrigger trigger;
  private final Users users;
  private final Clock clock;

  PipelineApi(Pauses pauses, ReconcileTrigger trigger, Users users, Clock clock) {
    this.pauses = pauses;
    this.trigger = trigger;
    this.users = users;
    this.clock = clock;
  }

  /** {@code POST /system/pipeline/pause}: {@code reason}, and {@code minutes} unless for good. */
  public void pause(Exchange exchange) {
    Form form = Form.ofFormOrJson(exchange);
    String reason = form.required("reason").strip();
    if (reason.length() > LONGEST_REASON) {
      form.wrong(
          "reason",
          "string_too_long",
          "String should have at most " + LONGEST_REASON + " characters",
          reason);
    }
    long minutes = form.number("minutes", LONGEST_MINUTES, 1, LONGEST_MINUTES);
    boolean forGood = form.number("minutes").isEmpty();
    form.check();
    Long end = forGood ? null : clock.millis() + Duration.ofMinutes(minutes).toMillis();
    Wire.json(exchange, 200, answer(pauses.begin(owner(exchange), reason, end)));
  }

  /** {@code POST /system/pipeline/resume}: no pause is no error. */
  public void resume(Exchange exchange) {
    boolean lasted = pauses.end();
    trigger.wakeUp("the pause was ended");
    Wire.json(exchange, 200, Map.of("resumed", lasted));
  }

  private String owner(Exchange exchange) {
    String id = Requests.caller(exchange).userId();
    return id != null && id.matches("[0-9]{1,18}")
        ? users.byId(Long.parseLong(id)).map(User::username).orElse(id)
        : "somebody without an account";
  }

  static Map<String, Object> answer(Pauses.Pause pause) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("owner", pause.owner());
    answer.put("reason", pause.reason());
    answer.put("since", pause.since());
    answer.put("expires_at", pause.expiresAt());
    return answer;
  }
}
