package dev.minsight.sdk;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/** What the server found in the media: faces, people, vectors, likeness. */
public final class IntelligenceClient {

  private final Transport transport;
  private final URI base;

  IntelligenceClient(Transport transport, URI store) {
    this.transport = transport;
    this.base = URI.create(store + "/intelligence");
  }

  /**
   * @param entityId of an entity
   * @return its state, or nothing when it was not looked at yet or never will be
   * @throws ApiException.NotFound when there is no such entity
   */
  public Optional<Intelligence> get(long entityId) {
    return Optional.ofNullable(
        transport.get(base, entity(entityId), new Params(), Intelligence.class));
  }

  /**
   * @param entityId of an entity
   * @return the faces in it
   */
  public List<Face> faces(long entityId) {
    return transport.getList(base, entity(entityId) + "/faces", Face.class);
  }

  /**
   * @param entityId of an entity
   * @return running jobs, then those at their end
   */
  public List<JobInfo> jobs(long entityId) {
    return transport.getList(base, entity(entityId) + "/jobs", JobInfo.class);
  }

  /**
   * @param entityId to compare with
   * @param query how many, and how alike
   * @throws ApiException.NotFound when there is no such entity, or nothing resembles it
   */
  public SimilarEntities similar(long entityId, SimilarQuery query) {
    return transport.get(
        base,
        entity(entityId) + "/similar",
        query.toQuery("score_threshold"),
        SimilarEntities.class);
  }

  /**
   * @param faceId to compare with
   * @param query how many, and how alike
   * @throws ApiException.NotFound when there is no such face, or nothing resembles it
   */
  public SimilarFaces faceSimilar(long faceId, SimilarQuery query) {
    return transport.get(
        base, "/faces/" + faceId + "/similar", query.toQuery("threshold"), SimilarFaces.class);
  }

  /**
   * @return everyone, named ones first
   */
  public List<KnownPerson> knownPersons() {
    return transport.getList(base, "/known-persons", KnownPerson.class);
  }

  /**
   * @param personId of a person
   * @throws ApiException.NotFound when there is none
   */
  public KnownPerson knownPerson(long personId) {
    return transport.get(base, person(personId), new Params(), KnownPerson.class);
  }

  /**
   * @param personId of a person
   * @return the faces assigned to them
   * @throws ApiException.NotFound when there is no such person
   */
  public List<Face> personFaces(long personId) {
    return transport.getList(base, person(personId) + "/faces", Face.class);
  }

  /**
   * @param entityId of an image
   * @return a NumPy {@code .npy} file: float32, one dimension, Euclidean norm 1
   * @throws ApiException.NotFound when there is no such entity, or no vector yet
   */
  public byte[] clipEmbedding(long entityId) {
    return transport.bytes(base, entity(entityId) + "/clip_embedding");
  }

  /**
   * @param entityId of an image
   * @return a NumPy {@code .npy} file: float32, one dimension, Euclidean norm 1
   * @throws ApiException.NotFound when there is no such entity, or no vector yet
   */
  public byte[] dinoEmbedding(long entityId) {
    return transport.bytes(base, entity(entityId) + "/dino_embedding");
  }

  /**
   * @param faceId of a face
   * @return a NumPy {@code .npy} file: float32, one dimension, Euclidean norm 1
   * @throws ApiException.NotFound when there is no such face, or no vector yet
   */
  public byte[] faceEmbedding(long faceId) {
    return transport.bytes(base, "/faces/" + faceId + "/embedding");
  }

  private static String entity(long id) {
    return "/entities/" + id;
  }

  private static String person(long id) {
    return "/known-persons/" + id;
  }
}
