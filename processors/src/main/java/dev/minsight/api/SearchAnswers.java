package dev.minsight.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minsight.insight.PictureId;
import dev.minsight.insight.Position;
import dev.minsight.store.Entities;
import dev.minsight.support.NotFoundException;
import dev.minsight.vectors.VectorIndex.Hit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** What the answers of all searches have in common: places in a list, and photos in full. */
@Component
class SearchAnswers {

  private final Entities entities;
  private final EntityAnswers answers;

  SearchAnswers(Entities entities, EntityAnswers answers) {
    this.entities = entities;
    this.answers = answers;
  }

  /** Where a page of hits begins, as the cursor says. */
  static Position position(Form query, Exchange exchange) {
    return SearchCursor.read(
            query,
            exchange,
            row ->
                new Position(
                    Integer.parseInt(row[0]),
                    Float.intBitsToFloat(Integer.parseInt(row[1])),
                    Long.parseLong(row[2])))
        .orElse(Position.START);
  }

  /** The cursor of the next page, null at the end. */
  static String cursor(Exchange exchange, Position next) {
    return next == null
        ? null
        : SearchCursor.encode(exchange, next.seen(), Float.floatToIntBits(next.score()), next.id());
  }

  /** Hits that are photos or frames of videos: number, score and, where wanted, the entity. */
  List<Map<String, Object>> photos(List<Hit> hits, boolean details) {
    List<Map<String, Object>> results = new ArrayList<>();
    for (Hit hit : hits) {
      Map<String, Object> result = photo(hit);
      result.put("entity", entity(PictureId.entityOf(hit.id()), details));
      results.add(result);
    }
    return results;
  }

  /** Number and score of a photo; of a video also when the frame that is like it is shown. */
  static Map<String, Object> photo(Hit hit) {
    PictureId picture = PictureId.of(hit.id());
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("entity_id", picture.entityId());
    result.put("score", hit.score());
    if (picture.timeMs() != null) {
      result.put("time_ms", picture.timeMs());
    }
    return result;
  }

  /** A photo; null where it is not wanted, or was deleted since it was found. */
  ObjectNode entity(long id, boolean wanted) {
    if (!wanted) {
      return null;
    }
    try {
      return answers.plain(entities.get(id));
    } catch (NotFoundException e) {
      return null;
    }
  }
}
