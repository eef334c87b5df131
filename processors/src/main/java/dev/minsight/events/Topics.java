package dev.minsight.events;

import dev.minsight.support.MinsightProperties;
import org.springframework.stereotype.Component;

/**
 * The names of all MQTT topics. Those of the store and of mInsight carry a port number, by which
 * clients tell servers of one broker apart: the port they see in the store's URL.
 */
@Component("topics")
public class Topics {

  /** Every event of every job; see {@link JobEvent}. */
  public static final String JOB_EVENTS = "inference/events";

  /** The capabilities of all workers. */
  public static final String ALL_WORKERS = "inference/workers/+";

  private final int port;

  Topics(MinsightProperties settings) {
    this.port = settings.topicPort();
  }

  /**
   * @param workerId id of a worker
   * @return where its {@link WorkerCapability} is retained
   */
  public static String worker(String workerId) {
    return "inference/workers/" + workerId;
  }

  /**
   * @return where new and replaced media are announced; see {@link StoreItem}
   */
  public String items() {
    return "store/" + port + "/items";
  }

  /**
   * @return where the {@link MInsightStatus} is retained
   */
  public String status() {
    return "mInsight/" + port + "/status";
  }

  /**
   * @param entityId id of an entity
   * @return where its {@link EntityStatus} is retained while it is of interest
   */
  public String entityStatus(long entityId) {
    return entityStatus(Long.toString(entityId));
  }

  /** The same for a filter. */
  String entityStatus(String level) {
    return "mInsight/" + port + "/entity_item_status/" + level;
  }
}
