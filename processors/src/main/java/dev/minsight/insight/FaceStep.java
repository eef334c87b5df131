package dev.minsight.insight;

import dev.minsight.compute.JobFolders;
import dev.minsight.compute.JobResult;
import dev.minsight.compute.Jobs;
import dev.minsight.compute.NewJob;
import dev.minsight.compute.TaskTypes;
import dev.minsight.ml.ModelManifest;
import dev.minsight.ml.Npy;
import dev.minsight.people.Decisions;
import dev.minsight.people.Face;
import dev.minsight.people.Faces;
import dev.minsight.people.Matcher;
import dev.minsight.people.Persons;
import dev.minsight.support.MinsightProperties;
import dev.minsight.support.Turns;
import dev.minsight.vectors.VectorIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What finding and embedding faces means for a photo. Each method may be called again after a crash
 * and then changes nothing more: files first, then one transaction, then the index.
 */
@Component
public class FaceStep {

  /** Boxes of the same face in two runs overlap at least so much (intersection over union). */
  private static final double SAME_FACE = 0.5;

  private final Jobs jobs;
  private final JobFolders folders;
  private final Faces faces;
  private final Persons persons;
  private final Matcher matcher;
  private final Decisions decisions;
  private final IntelligenceTable table;
  private final Embeddings embeddings;
  private final VectorCollections collections;
  private final VectorIndex index;
  private final ModelManifest manifest;
  private final PhotoAnnouncer announcer;
  private final Turns turns;
  private final TransactionTemplate write;
  private final Clock clock;
  private final Path media;

  /** One photo matches at a time, or two photos of a newcomer would begin two persons. */
  private final ReentrantLock matching = new ReentrantLock();

  FaceStep(
      Jobs jobs,
      JobFolders folders,
      Faces faces,
      Persons persons,
      Matcher matcher,
      Decisions decisions,
      IntelligenceTable table,
      Embeddings embeddings,
      VectorCollections collections,
      VectorIndex index,
      ModelManifest manifest,
      PhotoAnnouncer announcer,
      Turns turns,
      PlatformTransactionManager transactions,
      Clock clock,
      MinsightProperties settings) {
    this.jobs = jobs;
    this.folders = folders;
    this.faces = faces;
    this.persons = persons;
    this.matcher = matcher;
    this.decisions = decisions;
    this.table = table;
    this.embeddings = embeddings;
    this.collections = collections;
    this.index = index;
    this.manifest = manifest;
    this.announcer = announcer;
    this.turns = turns;
    this.write = new TransactionTemplate(transactions);
    this.clock = clock;
    this.media = settings.home().resolve("media");
  }

  /**
   * What was saved.
   *
   * @param faces how many faces the photo has
   * @param jobId of their embedding, null without faces
   */
  public record Saved(int faces, String jobId) {}

  /**
   * Saves the faces a detection found and creates the job that embeds them. A face that was there
   * before on the same content keeps its id, and so its person.
   *
   * @param photo the content they were found in
   * @param jobId of the detection
   * @return what was saved
   */
  public Saved saveFaces(Intelligence photo, String jobId) {
    JobResult result = folders.result(jobId);
    List<Face> before = faces.ofEntity(photo.entityId());
    List<Face> found = identify(photo, result, before);
    moveCrops(found, jobId, result);
    Saved saved =
        Objects.requireNonNull(
            write.execute(
                tx ->
                    isCurrent(photo)
                        ? save(photo, jobId, result, before, found)
                        : new Saved(0, null)));
    Set<Long> kept = kept(jobId, before, found);
    before.stream().filter(face -> !kept.contains(face.id())).forEach(this::forget);
    if (table.find(photo.entityId()).isEmpty()) {
      found.forEach(this::forget); // the entity was deleted meanwhile, and its crops before ours
    }
    return saved;
  }

  private Saved save(
      Intelligence photo, String jobId, JobResult result, List<Face> before, List<Face> found) {
    Set<Long> known = ids(before);
    Set<Long> kept = kept(jobId, before, found);
    remove(before.stream().filter(face -> !kept.contains(face.id())).toList());
    for (Face face : found) {
      if (known.contains(face.id())) {
        faces.foundAgain(face.id(), face);
      } else {
        faces.add(face);
      }
    }
    table.faceCount(photo.entityId(), kept.size());
    table.step(photo.entityId(), Step.FACE_DETECTION, Intelligence.COMPLETED);
    boolean again = isUpgrade(jobId);
    if (!again) {
      table.detector(photo.entityId(), result.modelId());
    }
    jobs.completed(jobId, result);
    String next =
        found.isEmpty() ? null : embeddingJob(photo, again ? null : photo.generation(), found);
    announcer.tell(photo.entityId());
    return new Saved(found.size(), next);
  }

  /**
   * The faces that stay: those that were found, and of those that another detector misses the ones
   * about which a human has decided, for a decision outlives the model.
   */
  private Set<Long> kept(String jobId, List<Face> before, List<Face> found) {
    Set<Long> kept = ids(found);
    if (isUpgrade(jobId)) {
      kept.addAll(decisions.ofHumans(ids(before)));
    }
    return kept;
  }

  private boolean isUpgrade(String jobId) {
    return jobs.find(jobId).filter(job -> job.upgradeTo() != null).isPresent();
  }

  /**
   * A second call finds the job of the first: the engine may have rolled back what we committed.
   */
  private String embeddingJob(Intelligence photo, Integer generation, List<Face> found) {
    NewJob job =
        new NewJob(
            TaskTypes.FACE_EMBEDDING,
            photo.entityId(),
            generation,
            photo.priority(),
            Map.of("faces", found.stream().map(Face::filePath).toList()),
            null);
    return jobs.findOpen(job).orElseGet(() -> jobs.create(job));
  }

  /** Gives each found face the id of the same face of an earlier run, or a new one. */
  @SuppressWarnings("unchecked") // the plugin's own output, read back from its JSON
  private List<Face> identify(Intelligence photo, JobResult result, List<Face> before) {
    List<Face> free =
        new ArrayList<>(
            before.stream().filter(face -> face.md5().equals(photo.processingMd5())).toList());
    TreeSet<Integer> used = new TreeSet<>(before.stream().map(Face::index).toList());
    List<Face> faces = new ArrayList<>();
    for (Map<String, Object> found : (List<Map<String, Object>>) result.output().get("faces")) {
      Map<String, Object> bbox = (Map<String, Object>) found.get("bbox");
      Face same =
          free.stream()
              .filter(face -> face.overlap(bbox) >= SAME_FACE)
              .max(java.util.Comparator.comparingDouble(face -> face.overlap(bbox)))
              .orElse(null);
      free.remove(same);
      int place = same != null ? same.index() : nextFree(used);
      faces.add(
          new Face(
              photo.entityId() * Faces.PER_PHOTO + place,
              photo.entityId(),
              place,
              photo.processingMd5(),
              result.modelId(),
              bbox,
              (Map<String, Object>) found.get("landmarks"),
              ((Number) found.get("confidence")).doubleValue(),
              "faces/" + photo.entityId() + "/" + place + ".png",
              Intelligence.PENDING,
              clock.millis(),
              same == null ? null : same.knownPersonId()));
    }
    return faces;
  }

  private static int nextFree(TreeSet<Integer> used) {
    int place = 0;
    while (!used.add(place)) {
      place++;
    }
    return place;
  }

  @SuppressWarnings("unchecked")
  private void moveCrops(List<Face> found, String jobId, JobResult result) {
    List<Map<String, Object>> described = (List<Map<String, Object>>) result.output().get("faces");
    try {
      for (int i = 0; i < found.size(); i++) {
        Path crop = folders.of(jobId).resolve((String) described.get(i).get("file_path"));
        Path place = media.resolve(found.get(i).filePath());
        Files.createDirectories(place.getParent());
        Files.copy(crop, place, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the face crops of job " + jobId + " cannot be kept", e);
    }
  }

  /**
   * Stores the vectors of a photo's faces and settles whose faces they are.
   *
   * @param photo the content the faces were found in
   * @param jobId of the embedding
   */
  public void match(Intelligence photo, String jobId) {
    JobResult result = folders.result(jobId);
    List<Matcher.Embedded> embedded = read(photo, jobId);
    matching.lock();
    try {
      collections.steadily(
          VectorKind.FACE,
          result.modelId(),
          serves -> {
            boolean settled =
                Boolean.TRUE.equals(
                    write.execute(tx -> settle(photo, jobId, result, embedded, serves)));
            if (settled && serves) {
              embedded.forEach(
                  face -> collections.put(VectorKind.FACE, face.face().id(), face.vector()));
            }
          });
    } finally {
      matching.unlock();
    }
  }

  /**
   * Vectors of a model that does not serve are only kept: there is nothing to compare them with.
   */
  private boolean settle(
      Intelligence photo,
      String jobId,
      JobResult result,
      List<Matcher.Embedded> embedded,
      boolean serves) {
    if (!isCurrent(photo)) {
      return false;
    }
    turns.take(Persons.TURN);
    saveVectors(photo, result, embedded);
    embedded.forEach(face -> faces.embedding(face.face().id(), Intelligence.COMPLETED));
    if (serves) {
      matchUndecided(result.modelId(), embedded);
    }
    jobs.completed(jobId, result);
    announcer.tell(photo.entityId());
    return true;
  }

  /**
   * Settles, in the caller's transaction, whose those faces are that nobody has said anything
   * about. Faces that have a person take part, because two of one photo are never one person.
   */
  private void matchUndecided(String modelId, List<Matcher.Embedded> embedded) {
    Set<Long> withoutPerson = new HashSet<>();
    embedded.stream()
        .map(Matcher.Embedded::face)
        .filter(face -> face.knownPersonId() == null)
        .forEach(face -> withoutPerson.add(face.id()));
    Set<Long> decided = decisions.ofHumans(withoutPerson);
    matcher.match(
        modelId,
        manifest.find(modelId).orElseThrow().matching(),
        embedded.stream().filter(face -> !decided.contains(face.face().id())).toList());
  }

  /**
   * Stores the vectors that a model which is to serve, or does, made of faces that were embedded
   * before. Faces keep their persons; those that have none for want of comparable vectors are
   * matched once the vectors are those that serve.
   *
   * @param photo the content the faces were found in
   * @param jobId of the embedding
   */
  void describedAgain(Intelligence photo, String jobId) {
    JobResult result = folders.result(jobId);
    List<Matcher.Embedded> embedded = read(photo, jobId);
    matching.lock();
    try {
      collections.steadily(
          VectorKind.FACE,
          result.modelId(),
          serves -> {
            List<Matcher.Embedded> kept =
                write.execute(tx -> keep(photo, jobId, result, embedded, serves));
            if (serves) {
              Objects.requireNonNull(kept)
                  .forEach(
                      face -> collections.put(VectorKind.FACE, face.face().id(), face.vector()));
            }
          });
    } finally {
      matching.unlock();
    }
  }

  /** Returns what was kept: nothing of a content that is gone, nor of faces that are. */
  private List<Matcher.Embedded> keep(
      Intelligence photo,
      String jobId,
      JobResult result,
      List<Matcher.Embedded> embedded,
      boolean serves) {
    boolean current = isCurrent(photo);
    turns.take(Persons.TURN);
    jobs.completed(jobId, result);
    if (!current) {
      return List.of();
    }
    Map<Long, Face> there = faces.find(embedded.stream().map(found -> found.face().id()).toList());
    List<Matcher.Embedded> kept =
        embedded.stream()
            .filter(found -> there.containsKey(found.face().id()))
            .map(found -> new Matcher.Embedded(there.get(found.face().id()), found.vector()))
            .toList();
    saveVectors(photo, result, kept);
    if (serves && kept.stream().anyMatch(found -> found.face().knownPersonId() == null)) {
      matchUndecided(result.modelId(), kept);
    }
    return kept;
  }

  private void saveVectors(Intelligence photo, JobResult result, List<Matcher.Embedded> embedded) {
    for (Matcher.Embedded face : embedded) {
      embeddings.save(
          VectorKind.FACE,
          face.face().id(),
          result.modelId(),
          photo.entityId(),
          photo.processingMd5(),
          face.vector());
    }
  }

  /** Asked within the writing transaction: whether the content was not replaced meanwhile. */
  private boolean isCurrent(Intelligence photo) {
    return table.hold(photo.entityId(), photo.generation()).isPresent();
  }

  private List<Matcher.Embedded> read(Intelligence photo, String jobId) {
    List<String> crops =
        jobs.find(jobId).map(job -> strings(job.params().get("faces"))).orElse(List.of());
    List<Matcher.Embedded> embedded = new ArrayList<>();
    for (Face face : faces.ofEntity(photo.entityId())) {
      int place = crops.indexOf(face.filePath());
      Path vector = folders.of(jobId).resolve("output/face_" + place + ".npy");
      if (place >= 0) {
        try {
          embedded.add(new Matcher.Embedded(face, Npy.read(Files.readAllBytes(vector))));
        } catch (IOException e) {
          throw new UncheckedIOException("the vector " + vector + " cannot be read", e);
        }
      }
    }
    return embedded;
  }

  private static List<String> strings(Object list) {
    return list instanceof List<?> values
        ? values.stream().map(String::valueOf).toList()
        : List.of();
  }

  /** Removes faces in the caller's transaction, and unnamed persons that then have none. */
  void remove(List<Face> gone) {
    turns.take(Persons.TURN); // nobody gives a face to a person who is about to be dropped
    faces.remove(gone.stream().map(Face::id).toList());
    persons.dropEmpty(
        gone.stream().map(Face::knownPersonId).filter(Objects::nonNull).distinct().toList());
  }

  /** Removes what a face leaves outside the database. */
  void forget(Face face) {
    unindex(face);
    try {
      Files.deleteIfExists(media.resolve(face.filePath()));
    } catch (IOException e) {
      throw new UncheckedIOException("the crop " + face.filePath() + " cannot be removed", e);
    }
  }

  /** Takes a face out of the index. */
  void unindex(Face face) {
    if (collections.isOpen(VectorKind.FACE)) {
      index.delete(VectorKind.FACE.collection(), face.id());
    }
  }

  /**
   * Removes one face at a user's wish: its row, vector and crop.
   *
   * @param face to be removed
   */
  public void delete(Face face) {
    write.executeWithoutResult(
        tx -> {
          remove(List.of(face));
          table.oneFaceLess(face.entityId());
          if (table.find(face.entityId()).isPresent()) {
            announcer.tell(face.entityId());
          }
        });
    forget(face);
  }

  private static Set<Long> ids(List<Face> faces) {
    Set<Long> ids = new HashSet<>();
    faces.forEach(face -> ids.add(face.id()));
    return ids;
  }
}
