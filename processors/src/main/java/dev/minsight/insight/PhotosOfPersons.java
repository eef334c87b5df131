package dev.minsight.insight;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Photos that all of some persons are together in. */
@Component
public class PhotosOfPersons {

  private final JdbcClient jdbc;

  PhotosOfPersons(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * A photo.
   *
   * @param entityId number of it
   * @param createDate when it was taken, milliseconds since 1970
   * @param faceIds faces of the persons in it
   */
  public record Found(long entityId, long createDate, List<Long> faceIds) {}

  /**
   * A page of photos.
   *
   * @param photos newest first, of one instant the greatest id first
   * @param more whether others follow
   */
  public record Page(List<Found> photos, boolean more) {}

  /**
   * @param filter names the persons, at least one
   * @param limit most photos
   * @param after the last photo of the page before; null from the beginning
   * @return a page
   */
  @Transactional(readOnly = true)
  public Page find(PhotoFilter filter, int limit, Found after) {
    PhotoFilterSql sql = PhotoFilterSql.of(filter);
    List<Found> rows =
        jdbc.sql(
                """
                SELECT e.id, COALESCE(e.create_date, 0) AS taken FROM entities e
                WHERE %s AND (COALESCE(e.create_date, 0) < :taken
                  OR COALESCE(e.create_date, 0) = :taken AND e.id < :id)
                ORDER BY taken DESC, e.id DESC LIMIT :most"""
                    .formatted(sql.of("e")))
            .params(sql.params())
            .param("taken", after == null ? Long.MAX_VALUE : after.createDate())
            .param("id", after == null ? Long.MAX_VALUE : after.entityId())
            .param("most", limit + 1)
            .query((row, n) -> new Found(row.getLong(1), row.getLong(2), List.of()))
            .list();
    List<Found> shown = rows.subList(0, Math.min(limit, rows.size()));
    return new Page(withFaces(shown, filter.personIds()), rows.size() > limit);
  }

  private List<Found> withFaces(List<Found> photos, List<Long> personIds) {
    if (photos.isEmpty()) {
      return photos;
    }
    Map<Long, List<Long>> faces = new HashMap<>();
    jdbc.sql(
            """
            SELECT entity_id, id FROM faces
            WHERE entity_id IN (:photos) AND known_person_id IN (:persons) ORDER BY id""")
        .param("photos", photos.stream().map(Found::entityId).toList())
        .param("persons", personIds)
        .query(
            row -> {
              faces.computeIfAbsent(row.getLong(1), photo -> new ArrayList<>()).add(row.getLong(2));
            });
    return photos.stream()
        .map(
            photo ->
                new Found(
                    photo.entityId(),
                    photo.createDate(),
                    faces.getOrDefault(photo.entityId(), List.of())))
        .toList();
  }
}
