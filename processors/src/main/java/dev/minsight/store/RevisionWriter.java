package dev.minsight.store;

import dev.minsight.support.Caller;
import dev.minsight.support.IdCounter;
import org.hibernate.envers.RevisionListener;
import org.springframework.stereotype.Component;

/**
 * Numbers each revision from the counter and notes who caused it. Numbers ascend in commit order,
 * which is what reconcile's cursor relies on: the counter's row is held until the commit, and
 * Envers asks for the number last, so on PostgreSQL writers wait here for no longer than a commit
 * takes.
 */
@Component
class RevisionWriter implements RevisionListener {

  private final IdCounter ids;

  RevisionWriter(IdCounter ids) {
    this.ids = ids;
  }

  @Override
  public void newRevision(Object revision) {
    Caller caller = Caller.current();
    ((Revision) revision)
        .stamp(ids.next("revision"), caller.userId(), caller.requestId(), caller.reason());
  }
}
