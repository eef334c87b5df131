package dev.minsight.ingest;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** What the drop folder needs of the store. */
interface Library {

  /**
   * Finds or makes a live collection; two names that differ only in how Unicode composes their
   * accents are one.
   *
   * @param parentId the collection above, or null at the top
   * @param label its name
   * @return its id
   */
  long collection(Long parentId, String label);

  /**
   * @return how many collections may lie within each other above a file
   */
  int deepestCollection();

  /**
   * Copies a file into the store; the file itself is only read.
   *
   * @param file to read
   * @param name the entity's label
   * @param parentId its collection, or null
   * @param drop noted in the entity's history, in the transaction that creates it
   * @param unchanged asked after reading: whether the file is still the one that was claimed
   * @throws dev.minsight.support.UnprocessableMediaException when the bytes are the problem
   * @throws dev.minsight.support.RetryableException when trying again later is right
   * @throws dev.minsight.support.ApiException when the content may not become an entity
   */
  Outcome store(Path file, String name, Long parentId, String drop, BooleanSupplier unchanged);

  /**
   * @return whether this drop created the entity, also when the process died right afterwards
   */
  boolean created(long entityId, String drop);

  /**
   * Looks through the whole history, so for repair only.
   *
   * @return the entity that this drop created and that is not in the trash
   */
  Optional<Long> createdBy(String drop);

  /**
   * @param entityId the entity that holds the content
   * @param created whether it is new
   */
  record Outcome(long entityId, boolean created) {}
}
