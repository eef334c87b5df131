package dev.minsight.store;

import dev.minsight.events.Announcements;
import dev.minsight.events.StoreItem;
import org.springframework.stereotype.Component;

/** What the store tells the world, written into the outbox of the same transaction. */
@Component
class ItemEvents {

  private final Announcements announcements;

  ItemEvents(Announcements announcements) {
    this.announcements = announcements;
  }

  void mediaCreated(MediaEntity media) {
    announcements.clearEntity(media.id());
    announcements.item(new StoreItem(media.id(), media.md5(), media.addedDate()));
  }

  void collectionCreated(MediaEntity collection) {
    announcements.clearEntity(collection.id());
  }

  void fileReplaced(MediaEntity media) {
    announcements.clearEntity(media.id());
    announcements.item(new StoreItem(media.id(), media.md5(), media.updatedDate()));
  }

  void deleted(MediaEntity entity) {
    announcements.clearEntity(entity.id());
  }
}
