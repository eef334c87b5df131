package dev.minsight.insight;

import dev.minsight.events.Announcements;
import dev.minsight.events.RetainedStatuses;
import dev.minsight.store.Entities;
import dev.minsight.support.Chore;
import java.util.Set;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Clears the statuses that the broker retains of entities that are gone. The broker is asked first:
 * a status is only sent once its entity can be seen.
 */
@Component
class StrayStatuses implements Chore {

  private final RetainedStatuses statuses;
  private final Entities entities;
  private final Announcements announcements;
  private final TransactionOperations write;

  StrayStatuses(
      RetainedStatuses statuses,
      Entities entities,
      Announcements announcements,
      PlatformTransactionManager transactions) {
    this.statuses = statuses;
    this.entities = entities;
    this.announcements = announcements;
    this.write = new TransactionTemplate(transactions);
  }

  @Override
  public String name() {
    return "stray-statuses";
  }

  @Override
  public long run() {
    Set<Long> stray = statuses.entities();
    stray.removeAll(entities.existing(stray));
    if (!stray.isEmpty()) {
      write.executeWithoutResult(tx -> stray.forEach(announcements::clearEntity));
    }
    return stray.size();
  }
}
