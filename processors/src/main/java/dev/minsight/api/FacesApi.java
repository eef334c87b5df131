package dev.minsight.api;

import dev.minsight.insight.FaceStep;
import dev.minsight.insight.Position;
import dev.minsight.insight.Similarity;
import dev.minsight.insight.VectorKind;
import dev.minsight.people.Face;
import dev.minsight.people.FaceMatches;
import dev.minsight.people.Faces;
import dev.minsight.people.Persons;
import dev.minsight.support.ApiException;
import dev.minsight.support.MinsightProperties;
import dev.minsight.support.NotFoundException;
import dev.minsight.vectors.VectorIndex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** {@code /intelligence/faces/…} and {@code /intelligence/known-persons/…}. */
@Component("facesApi")
class FacesApi {

  private static final double FACE_THRESHOLD = 0.7;
  private static final int LONGEST_NAME = 255;

  private final Faces faces;
  private final FaceMatches matches;
  private final Persons persons;
  private final Similarity similarity;
  private final FaceStep faceStep;
  private final MinsightProperties settings;

  FacesApi(
      Faces faces,
      FaceMatches matches,
      Persons persons,
      Similarity similarity,
      FaceStep faceStep,
      MinsightProperties settings) {
    this.faces = faces;
    this.matches = matches;
    this.faceStep = faceStep;
    this.persons = persons;
    this.similarity = similarity;
    this.settings = settings;
  }

  /** {@code GET /intelligence/faces/{id}}. */
  public void face(Exchange exchange) {
    Wire.json(exchange, 200, IntelligenceAnswers.face(existing(exchange)));
  }

  /** {@code DELETE /faces/{id}}: its row, vector and crop. */
  public void delete(Exchange exchange) {
    Face face = existing(exchange);
    Requests.caller(exchange)
        .call(
            () -> {
              faceStep.delete(face);
              return null;
            });
    Wire.nothing(exchange);
  }

  /** {@code GET /intelligence/faces/{id}/image}: the aligned crop. */
  public void image(Exchange exchange) {
    Face face = existing(exchange);
    FileAnswer.send(
        exchange,
        settings.home().resolve("media").resolve(face.filePath()),
        "image/png",
        face.id() + "-" + face.md5().substring(0, 16),
        face.createdAt(),
        "face_" + face.id() + ".png");
  }

  /** {@code GET /intelligence/faces/{id}/embedding}. */
  public void embedding(Exchange exchange) {
    Face face = existing(exchange);
    IntelligenceApi.npy(
        exchange,
        "face_" + face.id() + "_embedding",
        similarity.vector(VectorKind.FACE, face.id()));
  }

  /** {@code GET /intelligence/faces/{id}/similar}: faces like it; 404 when none. */
  public void similar(Exchange exchange) {
    Form query = Form.query(exchange);
    Similarity.Query search =
        IntelligenceApi.query(query, exchange, "threshold", FACE_THRESHOLD, true);
    boolean details = query.flag("include_details").orElse(false);
    query.check();
    Face face = existing(exchange);
    Similarity.Page page = similarity.faces(face.id(), search);
    List<VectorIndex.Hit> hits = page.hits();
    Map<Long, Face> known = faces.find(hits.stream().map(VectorIndex.Hit::id).toList());
    List<Map<String, Object>> results = new ArrayList<>();
    for (VectorIndex.Hit hit : hits) {
      Face other = known.get(hit.id());
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("face_id", hit.id());
      result.put("score", hit.score());
      result.put("known_person_id", other == null ? null : other.knownPersonId());
      result.put("face", other == null || !details ? null : IntelligenceAnswers.face(other));
      results.add(result);
    }
    if (results.isEmpty() && search.after().equals(Position.START)) {
      throw new NotFoundException("No similar faces found. Face may not have an embedding yet.");
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("query_face_id", face.id());
    answer.put("results", results);
    answer.put("next_cursor", SearchAnswers.cursor(exchange, page.next()));
    Wire.json(exchange, 200, answer);
  }

  /** {@code GET /intelligence/faces/{id}/matches}: the faces it was found to be alike. */
  public void matches(Exchange exchange) {
    Face face = existing(exchange);
    List<FaceMatches.Match> found = matches.of(face.id());
    Map<Long, Face> known =
        faces.find(found.stream().map(FaceMatches.Match::matchedFaceId).toList());
    List<Map<String, Object>> results = new ArrayList<>();
    for (FaceMatches.Match match : found) {
      Face other = known.get(match.matchedFaceId());
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("id", match.id());
      result.put("face_id", match.faceId());
      result.put("matched_face_id", match.matchedFaceId());
      result.put("similarity_score", match.similarityScore());
      result.put("created_at", match.createdAt());
      result.put("matched_face", other == null ? null : IntelligenceAnswers.face(other));
      results.add(result);
    }
    Wire.json(exchange, 200, results);
  }

  /** {@code GET /intelligence/known-persons}: all of them, or a page. */
  public void persons(Exchange exchange) {
    ListPage page = ListPage.of(exchange);
    Wire.json(
        exchange,
        200,
        persons.all(page.limit(), page.offset()).stream()
            .map(IntelligenceAnswers::person)
            .toList());
  }

  /** {@code GET /intelligence/known-persons/{id}}. */
  public void person(Exchange exchange) {
    Wire.json(exchange, 200, IntelligenceAnswers.person(existingPerson(exchange)));
  }

  /** {@code GET /intelligence/known-persons/{id}/faces}. */
  public void personFaces(Exchange exchange) {
    ListPage page = ListPage.of(exchange);
    long id = existingPerson(exchange).id();
    Wire.json(
        exchange,
        200,
        faces.ofPerson(id, page.limit(), page.offset()).stream()
            .map(IntelligenceAnswers::face)
            .toList());
  }

  /** {@code PATCH /intelligence/known-persons/{id}} with JSON {@code {"name": …}}. */
  public void rename(Exchange exchange) {
    long id = id(exchange, "person_id");
    String name = name(exchange);
    Persons.Counted renamed =
        Requests.caller(exchange)
            .call(() -> persons.rename(id, name))
            .orElseThrow(() -> new NotFoundException("Known person not found"));
    Wire.json(exchange, 200, IntelligenceAnswers.person(renamed));
  }

  private static String name(Exchange exchange) {
    Object name;
    try {
      name =
          Wire.JSON.readTree(exchange.getMessage().getBody(byte[].class)).path("name").textValue();
    } catch (IOException | IllegalArgumentException e) {
      throw new ApiException(422, "the body must be JSON, for example {\"name\": \"Ada\"}");
    }
    if (!(name instanceof String text) || text.isBlank() || text.length() > LONGEST_NAME) {
      throw new ApiException(422, "name must be 1 to " + LONGEST_NAME + " characters, not blank");
    }
    return text.strip();
  }

  private Face existing(Exchange exchange) {
    return faces
        .find(id(exchange, "face_id"))
        .orElseThrow(() -> new NotFoundException("Face not found"));
  }

  private Persons.Counted existingPerson(Exchange exchange) {
    return persons
        .find(id(exchange, "person_id"))
        .orElseThrow(() -> new NotFoundException("Known person not found"));
  }

  private static long id(Exchange exchange, String name) {
    Form path = Form.query(exchange);
    long id = path.path(name, name);
    path.check();
    return id;
  }
}
