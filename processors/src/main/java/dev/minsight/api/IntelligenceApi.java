package dev.minsight.api;

import dev.minsight.compute.Jobs;
import dev.minsight.insight.Duplicates;
import dev.minsight.insight.Position;
import dev.minsight.insight.Similarity;
import dev.minsight.insight.VectorKind;
import dev.minsight.ml.Npy;
import dev.minsight.people.Faces;
import dev.minsight.store.Entities;
import dev.minsight.support.NotFoundException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.springframework.stereotype.Component;

/** {@code /intelligence/entities/…}: what is known of an entity, and what looks like it. */
@Component("intelligenceApi")
class IntelligenceApi {

  private static final int MOST_HITS = 50;
  private static final double CLIP_THRESHOLD = 0.85;
  private static final double DINO_THRESHOLD = 0.7;

  private final Entities entities;
  private final IntelligenceAnswers answers;
  private final Faces faces;
  private final Jobs jobs;
  private final Similarity similarity;
  private final Duplicates duplicates;
  private final SearchAnswers searchAnswers;

  IntelligenceApi(
      Entities entities,
      IntelligenceAnswers answers,
      Faces faces,
      Jobs jobs,
      Similarity similarity,
      Duplicates duplicates,
      SearchAnswers searchAnswers) {
    this.entities = entities;
    this.answers = answers;
    this.faces = faces;
    this.jobs = jobs;
    this.similarity = similarity;
    this.duplicates = duplicates;
    this.searchAnswers = searchAnswers;
  }

  /** {@code GET /intelligence/entities/{id}}: the state, or JSON null before there is one. */
  public void state(Exchange exchange) {
    long id = existing(exchange);
    Wire.json(exchange, 200, answers.intelligence(List.of(id)).get(id));
  }

  /** {@code GET /intelligence/entities/{id}/faces}. */
  public void faces(Exchange exchange) {
    long id = existing(exchange);
    Wire.json(exchange, 200, faces.ofEntity(id).stream().map(IntelligenceAnswers::face).toList());
  }

  /** {@code GET /intelligence/entities/{id}/jobs}: open ones first, then history. */
  public void jobs(Exchange exchange) {
    long id = existing(exchange);
    Wire.json(exchange, 200, jobs.ofEntity(id).stream().map(answers::job).toList());
  }

  /** {@code GET /intelligence/entities/{id}/clip_embedding}. */
  public void clip(Exchange exchange) {
    vector(exchange, VectorKind.CLIP);
  }

  /** {@code GET /intelligence/entities/{id}/dino_embedding}. */
  public void dino(Exchange exchange) {
    vector(exchange, VectorKind.DINO);
  }

  private void vector(Exchange exchange, VectorKind kind) {
    long id = existing(exchange);
    npy(exchange, "entity_" + id + "_" + kind.task(), similarity.vector(kind, id));
  }

  /** {@code GET /intelligence/entities/{id}/similar}: look-alikes over CLIP; 404 when none. */
  public void similar(Exchange exchange) {
    Form query = Form.query(exchange);
    Similarity.Query search = query(query, exchange, "score_threshold", CLIP_THRESHOLD, true);
    boolean details = query.flag("include_details").orElse(false);
    query.check();
    long id = existing(exchange);
    Similarity.Page page = similarity.photos(VectorKind.CLIP, id, search, Set.of());
    if (page.hits().isEmpty() && search.after().equals(Position.START)) {
      throw new NotFoundException("No similar images found. Entity may not have an embedding yet.");
    }
    answer(exchange, id, searchAnswers.photos(page.hits(), details), page);
  }

  /** {@code GET /intelligence/entities/{id}/duplicates}: near-duplicates over DINO. */
  public void duplicates(Exchange exchange) {
    Form query = Form.query(exchange);
    Similarity.Query search = query(query, exchange, "threshold", DINO_THRESHOLD, false);
    boolean decided = query.flag("include_decided").orElse(false);
    query.check();
    long id = existing(exchange);
    Set<Long> except = decided ? Set.of() : duplicates.unlike(id);
    Similarity.Page page = similarity.photos(VectorKind.DINO, id, search, except);
    List<Map<String, Object>> results = page.hits().stream().map(SearchAnswers::photo).toList();
    answer(exchange, id, results, page);
  }

  private static void answer(Exchange exchange, long id, List<?> results, Similarity.Page page) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("query_entity_id", id);
    answer.put("results", results);
    answer.put("next_cursor", SearchAnswers.cursor(exchange, page.next()));
    Wire.json(exchange, 200, answer);
  }

  /** The parameters of a search by example. */
  static Similarity.Query query(
      Form query, Exchange exchange, String thresholdName, double threshold, boolean self) {
    return new Similarity.Query(
        (int) query.number("limit", 5, 1, MOST_HITS),
        query.decimal(thresholdName, threshold, 0, 1),
        query.flag("include_self").orElse(self),
        SearchForm.filter(query),
        SearchAnswers.position(query, exchange));
  }

  private long existing(Exchange exchange) {
    Form path = Form.query(exchange);
    long id = path.path("entity_id", "entity_id");
    path.check();
    if (entities.find(id).isEmpty()) {
      throw new NotFoundException("Entity not found");
    }
    return id;
  }

  /** Answers with a vector as a NumPy file. */
  static void npy(Exchange exchange, String name, float[] vector) {
    Message message = exchange.getMessage();
    message.removeHeaders("*");
    message.setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
    message.setHeader(Exchange.CONTENT_TYPE, "application/octet-stream");
    message.setHeader("Content-Disposition", "attachment; filename=" + name + ".npy");
    message.setBody(Npy.write(vector));
  }
}
