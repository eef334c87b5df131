package dev.minsight.events;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Passes messages about new media on to whoever is to wake up, if anybody is. */
@Component("storeItemListener")
class StoreItemListener {

  private final ObjectProvider<WakeUp> sleepers;

  StoreItemListener(ObjectProvider<WakeUp> sleepers) {
    this.sleepers = sleepers;
  }

  /** The content does not matter: whoever wakes looks into the database. */
  public void received() {
    sleepers.orderedStream().forEach(sleeper -> sleeper.wakeUp("a message about new media"));
  }
}
