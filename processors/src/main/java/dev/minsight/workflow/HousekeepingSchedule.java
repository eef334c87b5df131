package dev.minsight.workflow;

import dev.minsight.support.MinsightProperties;
import org.springframework.stereotype.Component;

/**
 * When {@code housekeeping} begins. The engine asks while it is being built, so this must not need
 * the engine.
 */
@Component("housekeepingSchedule")
public class HousekeepingSchedule {

  private final String at;

  HousekeepingSchedule(MinsightProperties settings) {
    this.at = settings.housekeeping().at();
  }

  /**
   * @return a cron expression as the engine reads it: seconds first
   */
  public String cron() {
    return "0 %d %d * * *"
        .formatted(Integer.parseInt(at.substring(3)), Integer.parseInt(at.substring(0, 2)));
  }
}
