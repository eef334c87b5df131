package dev.minsight.people;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.envers.Audited;

/** Somebody whose faces were found; the name comes from people, never from the machine. */
@Entity
@Audited
@Table(name = "known_persons")
public class KnownPerson {

  @Id private Long id;

  @Column(name = "name")
  private String name;

  @Column(name = "created_at", nullable = false)
  private long createdAt;

  @Column(name = "updated_at", nullable = false)
  private long updatedAt;

  /** For Hibernate. */
  protected KnownPerson() {}

  KnownPerson(long id, long now) {
    this.id = id;
    this.createdAt = now;
    this.updatedAt = now;
  }

  void rename(String newName, long now) {
    this.name = newName;
    this.updatedAt = now;
  }

  /**
   * @return id, never used again
   */
  public long id() {
    return id;
  }

  /**
   * @return name given by a person, or null
   */
  public String name() {
    return name;
  }

  /**
   * @return ms since epoch
   */
  public long createdAt() {
    return createdAt;
  }

  /**
   * @return ms since epoch
   */
  public long updatedAt() {
    return updatedAt;
  }
}
