package dev.minsight.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.envers.RevisionEntity;
import org.hibernate.envers.RevisionNumber;
import org.hibernate.envers.RevisionTimestamp;

/** One transaction that changed something with history: who, when and why. */
@Entity
@Table(name = "revision")
@RevisionEntity(RevisionWriter.class)
public class Revision {

  @Id
  @RevisionNumber
  @Column(name = "transaction_id")
  private Long id;

  @RevisionTimestamp
  @Column(name = "issued_at")
  private long issuedAt;

  @Column(name = "actor")
  private String actor;

  @Column(name = "request_id")
  private String requestId;

  @Column(name = "reason")
  private String reason;

  /** For Hibernate. */
  protected Revision() {}

  /** Number of the revision; ascends in commit order. */
  long id() {
    return id;
  }

  /** Milliseconds since 1970. */
  long issuedAt() {
    return issuedAt;
  }

  /** User id of who caused it, or null. */
  String actor() {
    return actor;
  }

  /** Id of the request that caused it, or null. */
  String requestId() {
    return requestId;
  }

  /** Why, or null. */
  String reason() {
    return reason;
  }

  void stamp(long newId, String newActor, String newRequestId, String newReason) {
    this.id = newId;
    this.actor = newActor;
    this.requestId = newRequestId;
    this.reason = newReason;
  }
}
