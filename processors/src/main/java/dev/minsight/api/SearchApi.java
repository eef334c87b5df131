package dev.minsight.api;

import dev.minsight.insight.PhotoFilter;
import dev.minsight.insight.PhotosOfPersons;
import dev.minsight.insight.Position;
import dev.minsight.insight.TextSearch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** {@code /intelligence/search/…}: photos by words, and by the people in them. */
@Component("searchApi")
class SearchApi {

  private static final int PAGE_SIZE = 20;
  private static final int MOST_HITS = 50;

  /** A model reads at most 77 tokens, each of which is seldom more than six characters. */
  private static final int LONGEST_QUESTION = 500;

  private final TextSearch texts;
  private final PhotosOfPersons photosOfPersons;
  private final SearchAnswers answers;

  SearchApi(TextSearch texts, PhotosOfPersons photosOfPersons, SearchAnswers answers) {
    this.texts = texts;
    this.photosOfPersons = photosOfPersons;
    this.answers = answers;
  }

  /** {@code GET /intelligence/search/text?q=}: what fits the words best first. */
  public void text(Exchange exchange) {
    Form query = Form.query(exchange);
    String words = words(query);
    PhotoFilter filter = SearchForm.filter(query);
    OptionalDouble threshold =
        query.text("score_threshold").isEmpty()
            ? OptionalDouble.empty()
            : OptionalDouble.of(query.decimal("score_threshold", 0, 0, 1));
    int limit = limit(query);
    boolean details = query.flag("include_details").orElse(false);
    Position after = SearchAnswers.position(query, exchange);
    query.check();
    TextSearch.Found found = texts.find(words, threshold, limit, filter, after);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("query", words);
    answer.put("model_id", found.modelId());
    answer.put("results", answers.photos(found.page().hits(), details));
    answer.put("next_cursor", SearchAnswers.cursor(exchange, found.page().next()));
    Wire.json(exchange, 200, answer);
  }

  private static String words(Form query) {
    String words = query.required("q").strip();
    if (words.isEmpty() && !query.wrongSoFar()) {
      query.wrong("q", "string_too_short", "String should have words", "");
    }
    if (words.length() > LONGEST_QUESTION) {
      query.wrong(
          "q",
          "string_too_long",
          "String should have at most " + LONGEST_QUESTION + " characters",
          words.length());
    }
    return words;
  }

  /** {@code GET /intelligence/search/persons?person_id=}: photos with all of them, newest first. */
  public void persons(Exchange exchange) {
    Form query = Form.query(exchange);
    query.required("person_id");
    PhotoFilter filter = SearchForm.filter(query);
    int limit = limit(query);
    boolean details = query.flag("include_details").orElse(false);
    PhotosOfPersons.Found after =
        SearchCursor.read(
                query,
                exchange,
                row ->
                    new PhotosOfPersons.Found(
                        Long.parseLong(row[1]), Long.parseLong(row[0]), List.of()))
            .orElse(null);
    query.check();
    PhotosOfPersons.Page page = photosOfPersons.find(filter, limit, after);
    List<Map<String, Object>> results = new ArrayList<>();
    for (PhotosOfPersons.Found photo : page.photos()) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("entity_id", photo.entityId());
      result.put("create_date", photo.createDate());
      result.put("face_ids", photo.faceIds());
      result.put("entity", answers.entity(photo.entityId(), details));
      results.add(result);
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("person_ids", filter.personIds());
    answer.put("results", results);
    answer.put("next_cursor", page.more() ? cursor(exchange, page.photos()) : null);
    Wire.json(exchange, 200, answer);
  }

  private static String cursor(Exchange exchange, List<PhotosOfPersons.Found> photos) {
    PhotosOfPersons.Found last = photos.get(photos.size() - 1);
    return SearchCursor.encode(exchange, last.createDate(), last.entityId());
  }

  private static int limit(Form query) {
    return (int) query.number("limit", PAGE_SIZE, 1, MOST_HITS);
  }
}
