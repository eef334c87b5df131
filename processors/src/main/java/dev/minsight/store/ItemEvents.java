package dev.minsight.store;

import org.springframework.stereotype.Component;

/** What the store tells the world, written into the outbox of the same transaction. */
@Component
class ItemEvents {

  void mediaCreated(MediaEntity media) {}

  void collectionCreated(MediaEntity collection) {}
}
