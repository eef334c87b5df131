package dev.minsight.events;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.Table;
import java.nio.charset.StandardCharsets;

/**
 * A message that waits for the broker, as the relay reads it. It is written by {@link Outbox} in
 * the transaction of the change it tells of, never altered by the sender except to put it off, and
 * deleted once the broker has it.
 *
 * <p>The query finds what is due, in the order of writing. What was written later than now was
 * written before the clock was set back; it is due, or it would wait until the clock is there
 * again. A message that the broker refused holds back the later ones of its topic, and only those,
 * until it is tried again.
 */
@Entity
@Table(name = "outbox")
@NamedQuery(
    name = OutboxMessage.DUE,
    query =
        """
        select message from OutboxMessage message
        where (message.notBefore <= :now or message.createdAt > :now)
          and not exists (
            select 1 from OutboxMessage refused
            where refused.topic = message.topic and refused.id < message.id
              and refused.attempts > 0 and refused.notBefore > :now
              and refused.createdAt <= :now)
        order by message.id""")
public class OutboxMessage {

  static final String DUE = "OutboxMessage.due";

  @Id private long id;
  private String topic;
  private String payload;
  private boolean retained;

  @Column(name = "not_before")
  private long notBefore;

  @Column(name = "created_at")
  private long createdAt;

  private int attempts;

  /** For Hibernate. */
  protected OutboxMessage() {}

  /**
   * @return id of the message, ascending in the order of writing
   */
  public long getId() {
    return id;
  }

  /**
   * @return where it goes
   */
  public String getTopic() {
    return topic;
  }

  /**
   * @return what the broker gets; no bytes at all clear a retained topic
   */
  public byte[] getBytes() {
    return payload == null ? new byte[0] : payload.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * @return whether the broker keeps it for later subscribers
   */
  public boolean isRetained() {
    return retained;
  }

  /**
   * @return how often the broker refused it
   */
  public int getAttempts() {
    return attempts;
  }
}
