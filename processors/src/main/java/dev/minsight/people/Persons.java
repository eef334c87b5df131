package dev.minsight.people;

import dev.minsight.support.IdCounter;
import dev.minsight.support.Rows;
import dev.minsight.support.Turns;
import jakarta.persistence.EntityManager;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The known persons; every change has history (Envers). */
@Component
public class Persons {

  /**
   * Whoever changes whose a face is, or who there is, takes this turn before looking; see {@link
   * Turns}.
   */
  public static final String TURN = "people";

  private final EntityManager entities;
  private final JdbcClient jdbc;
  private final IdCounter ids;
  private final Turns turns;
  private final Clock clock;

  Persons(EntityManager entities, JdbcClient jdbc, IdCounter ids, Turns turns, Clock clock) {
    this.entities = entities;
    this.jdbc = jdbc;
    this.ids = ids;
    this.turns = turns;
    this.clock = clock;
  }

  /**
   * A person and how many faces are linked to them.
   *
   * @param id of the person
   * @param name or null
   * @param createdAt ms since epoch
   * @param updatedAt ms since epoch
   * @param faceCount linked faces
   */
  public record Counted(long id, String name, long createdAt, long updatedAt, int faceCount) {}

  /**
   * Creates a person without a name in the caller's transaction.
   *
   * @return the new person's id
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public long create() {
    KnownPerson person = new KnownPerson(ids.next("person"), clock.millis());
    entities.persist(person);
    entities.flush(); // faces refer to the row by JDBC in the same transaction
    return person.id();
  }

  /**
   * Names a person.
   *
   * @param id of the person
   * @param name 1 to 255 characters
   * @return the person, or empty when there is none
   */
  @Transactional
  public Optional<Counted> rename(long id, String name) {
    turns.take(TURN);
    KnownPerson person = entities.find(KnownPerson.class, id);
    if (person == null) {
      return Optional.empty();
    }
    person.rename(name, clock.millis());
    entities.flush();
    return find(id);
  }

  /**
   * Removes persons without a name and without faces: nobody would miss them.
   *
   * @param candidates ids of persons that may have lost their last face
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public void dropEmpty(Collection<Long> candidates) {
    turns.take(TURN);
    for (long id : candidates) {
      find(id)
          .filter(person -> person.name() == null && person.faceCount() == 0)
          .ifPresent(person -> entities.remove(entities.find(KnownPerson.class, id)));
    }
    entities.flush();
  }

  /**
   * @param id of a person
   * @return the person
   */
  @Transactional(readOnly = true)
  public Optional<Counted> find(long id) {
    return jdbc.sql(SELECT + " WHERE p.id = :id")
        .param("id", id)
        .query(Rows.as(Counted.class))
        .optional();
  }

  /**
   * @return all persons, in the order of {@link #all(int, long)}
   */
  @Transactional(readOnly = true)
  public List<Counted> all() {
    return all(Integer.MAX_VALUE, 0);
  }

  /**
   * @param limit most persons
   * @param offset persons before
   * @return persons, named first by name, then by id
   */
  @Transactional(readOnly = true)
  public List<Counted> all(int limit, long offset) {
    return jdbc.sql(SELECT + " ORDER BY p.name IS NULL, p.name, p.id LIMIT :limit OFFSET :offset")
        .param("limit", limit)
        .param("offset", offset)
        .query(Rows.as(Counted.class))
        .list();
  }

  private static final String SELECT =
      """
      SELECT p.id, p.name, p.created_at, p.updated_at,
        (SELECT COUNT(*) FROM faces f WHERE f.known_person_id = p.id) AS face_count
      FROM known_persons p""";
}
