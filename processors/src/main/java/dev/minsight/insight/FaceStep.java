package dev.minsight.insight;

import dev.minsight.compute.Job;
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
import dev.minsight.store.DerivedFiles;
import dev.minsight.support.Turns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
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
  private final IndexedVectors indexed;
  private final ModelManifest manifest;
  private final PhotoAnnouncer announcer;
  private final Checkpoints checkpoints;
  private final DerivedFiles files;
  private final Turns turns;
  private final TransactionTemplate write;
  private final Clock clock;
  private final FaceCrops crops;
  private final Originals originals;

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
      IndexedVectors indexed,
      ModelManifest manifest,
      PhotoAnnouncer announcer,
      Checkpoints checkpoints,
      DerivedFiles files,
      Turns turns,
      PlatformTransactionManager transactions,
      Clock clock,
      FaceCrops crops,
      Originals originals) {
    this.jobs = jobs;
    this.folders = folders;
    this.faces = faces;
    this.persons = persons;
    this.matcher = matcher;
    this.decisions = decisions;
    this.table = table;
    this.embeddings = embeddings;
    this.collections = collections;
    this.indexed = indexed;
    this.manifest = manifest;
    this.announcer = announcer;
    this.checkpoints = checkpoints;
    this.files = files;
    this.turns = turns;
    this.write = new TransactionTemplate(transactions);
    this.clock = clock;
    this.crops = crops;
    this.originals = originals;
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
    crops.keep(found, jobId, result);
    checkpoints.reached(Checkpoints.Point.CROPS_KEPT, photo.entityId());
    Saved saved =
        Objects.requireNonNull(
            write.execute(
                tx ->
                    isCurrent(photo)
                        ? save(photo, jobId, result, before, found)
                        : new Saved(0, null)));
    checkpoints.reached(Checkpoints.Point.FACES_SAVED, photo.entityId());
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
    String next = embeddingJob(photo, again ? null : photo.generation(), found);
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
   * But it may have found other faces; then that job is of no use.
   *
   * @return null without faces
   */
  private String embeddingJob(Intelligence photo, Integer generation, List<Face> found) {
    List<String> crops = found.stream().map(Face::filePath).toList();
    NewJob job =
        new NewJob(
            TaskTypes.FACE_EMBEDDING,
            photo.entityId(),
            generation,
            photo.priority(),
            Map.of("faces", crops),
            null);
    Optional<Job> open = jobs.findOpen(job).flatMap(jobs::find);
    if (open.isPresent()) {
      if (!found.isEmpty() && strings(open.get().params().get("faces")).equals(crops)) {
        return open.get().id();
      }
      jobs.failed(open.get().id(), "not needed: the detection was repeated and found other faces");
    }
    return found.isEmpty() ? null : jobs.create(job);
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
      Long time = found.get("time_ms") instanceof Number ms ? ms.longValue() : null;
      Face same =
          free.stream()
              .filter(face -> face.isAt(time) && face.overlap(bbox) >= SAME_FACE)
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
              same == null ? null : same.knownPersonId(),
              time));
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
            if (settled) {
              checkpoints.reached(Checkpoints.Point.PEOPLE_MATCHED, photo.entityId());
              if (serves) {
                index(photo, result, embedded);
              }
            }
          });
    } finally {
      matching.unlock();
    }
    checkpoints.reached(Checkpoints.Point.FACES_INDEXED, photo.entityId());
  }

  /**
   * Vectors of a model that does not serve are only kept: there is nothing to compare them with.
   */
  private boolean settle(
      Intelligence photo,
      String jobId,
      JobResult result,
      List<Matcher.Embedded> read,
      boolean serves) {
    if (!isCurrent(photo)) {
      return false;
    }
    turns.take(Persons.TURN); // from here on nobody deletes a face, or gives it to somebody
    List<Matcher.Embedded> embedded = stillThere(read);
    saveVectors(photo, result, embedded);
    embedded.forEach(face -> faces.embedding(face.face().id(), Intelligence.COMPLETED));
    if (serves) {
      matchUndecided(photo, result.modelId(), embedded);
    }
    jobs.completed(jobId, result);
    announcer.tell(photo.entityId());
    return true;
  }

  /**
   * Settles, in the caller's transaction, whose those faces are that nobody has said anything
   * about. Faces that have a person take part, because two of one photo are never one person.
   */
  private void matchUndecided(Intelligence photo, String modelId, List<Matcher.Embedded> embedded) {
    Set<Long> withoutPerson = new HashSet<>();
    embedded.stream()
        .map(Matcher.Embedded::face)
        .filter(face -> face.knownPersonId() == null)
        .forEach(face -> withoutPerson.add(face.id()));
    Set<Long> decided = decisions.ofHumans(withoutPerson);
    Predicate<Face> recognizable = originals.recognizable(photo.entityId());
    matcher.match(
        modelId,
        manifest.find(modelId).orElseThrow().matching(),
        embedded.stream()
            .filter(each -> !decided.contains(each.face().id()))
            .filter(each -> recognizable.test(each.face()))
            .toList());
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
              index(photo, result, Objects.requireNonNull(kept));
            }
          });
    } finally {
      matching.unlock();
    }
  }

  private void index(Intelligence photo, JobResult result, List<Matcher.Embedded> embedded) {
    embedded.forEach(
        face ->
            indexed.put(
                VectorKind.FACE,
                face.face().id(),
                result.modelId(),
                photo.processingMd5(),
                face.vector()));
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
    List<Matcher.Embedded> kept = stillThere(embedded);
    saveVectors(photo, result, kept);
    if (serves && kept.stream().anyMatch(found -> found.face().knownPersonId() == null)) {
      matchUndecided(photo, result.modelId(), kept);
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

  /** Those whose face was not deleted since they were read, as the faces are now. */
  private List<Matcher.Embedded> stillThere(List<Matcher.Embedded> read) {
    Map<Long, Face> now = faces.find(read.stream().map(each -> each.face().id()).toList());
    return read.stream()
        .filter(each -> now.containsKey(each.face().id()))
        .map(each -> new Matcher.Embedded(now.get(each.face().id()), each.vector()))
        .toList();
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
    crops.remove(face);
  }

  /** Takes a face out of the index. */
  void unindex(Face face) {
    indexed.drop(VectorKind.FACE, face.id());
  }

  /**
   * Removes one face at a user's wish: its row, vector and crop.
   *
   * @param face to be removed
   */
  public void delete(Face face) {
    Optional<String> crop =
        Objects.requireNonNull(
            write.execute(
                tx -> {
                  remove(List.of(face));
                  table.oneFaceLess(face.entityId());
                  if (table.find(face.entityId()).isPresent()) {
                    announcer.tell(face.entityId());
                  }
                  // Who embeds the faces reads their crops; then it goes with the conclusion.
                  return beingEmbedded(face.entityId())
                      ? Optional.empty()
                      : Optional.of(files.remove(face.filePath()));
                }));
    checkpoints.reached(Checkpoints.Point.FACE_DELETED, face.entityId());
    unindex(face);
    crop.ifPresent(files::finish);
  }

  private boolean beingEmbedded(long entityId) {
    return jobs.ofEntity(entityId).stream()
        .anyMatch(
            job -> !job.status().terminal() && job.taskType().equals(TaskTypes.FACE_EMBEDDING));
  }

  private static Set<Long> ids(List<Face> faces) {
    Set<Long> ids = new HashSet<>();
    faces.forEach(face -> ids.add(face.id()));
    return ids;
  }
}
