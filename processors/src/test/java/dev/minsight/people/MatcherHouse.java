package dev.minsight.people;

import dev.minsight.ml.Thresholds;
import dev.minsight.support.IdCounter;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.TestServer;
import dev.minsight.vectors.CollectionSpec;
import dev.minsight.vectors.EmbeddedVectorIndex;
import dev.minsight.vectors.VectorIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.FileSystemUtils;

/** The matcher on the real tables, with an index of its own that knows nobody yet. */
final class MatcherHouse implements AutoCloseable {

  static final int DIMENSION = 8;
  static final String MODEL = "test-faces";
  static final Thresholds.Matching THRESHOLDS = new Thresholds.Matching(0.6, 0.4, 0.05);

  private final TestServer server = OpenServer.shared();
  private final Faces faces = server.bean(Faces.class);
  private final JdbcClient jdbc = server.bean(JdbcClient.class);
  private final List<Long> photos = new ArrayList<>();
  private final Path folder;
  private final VectorIndex index;
  private final Matcher matcher;

  MatcherHouse() {
    try {
      folder = Files.createTempDirectory("matcher");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    index = new EmbeddedVectorIndex(folder);
    index.open(new CollectionSpec(Matcher.COLLECTION, MODEL, DIMENSION));
    matcher =
        new Matcher(
            index,
            faces,
            server.bean(Persons.class),
            server.bean(Decisions.class),
            new PersonUnion(
                index, faces, server.bean(Persons.class), server.bean(Decisions.class), jdbc),
            jdbc,
            server.bean(IdCounter.class),
            server.bean(Clock.class));
  }

  @Override
  public void close() {
    write(
        () -> {
          List<Long> persons =
              photos.stream()
                  .flatMap(photo -> faces.ofEntity(photo).stream())
                  .map(Face::knownPersonId)
                  .distinct()
                  .toList();
          photos.forEach(photo -> jdbc.sql("DELETE FROM entities WHERE id = " + photo).update());
          persons.forEach(
              person -> jdbc.sql("DELETE FROM known_persons WHERE id = " + person).update());
          return null;
        });
    index.close();
    FileSystemUtils.deleteRecursively(folder.toFile());
  }

  private <T> T write(Supplier<T> work) {
    return new TransactionTemplate(server.bean(PlatformTransactionManager.class))
        .execute(tx -> work.get());
  }

  /** A new photo with faces of these vectors, matched; the faces in order. */
  List<Face> photo(List<float[]> vectors) {
    long photo =
        write(
            () -> {
              long id = server.bean(IdCounter.class).next("entity");
              jdbc.sql("INSERT INTO entities (id, is_collection) VALUES (:id, FALSE)")
                  .param("id", id)
                  .update();
              for (int i = 0; i < vectors.size(); i++) {
                faces.add(face(id, i));
              }
              return id;
            });
    photos.add(photo);
    return match(photo, vectors);
  }

  /** Matches the faces of a photo, perhaps again, with these vectors. */
  List<Face> match(long photo, List<float[]> vectors) {
    List<Matcher.Embedded> embedded = new ArrayList<>();
    List<Face> before = faces.ofEntity(photo);
    for (int i = 0; i < before.size(); i++) {
      embedded.add(new Matcher.Embedded(before.get(i), vectors.get(i)));
    }
    write(
        () -> {
          matcher.match(MODEL, THRESHOLDS, embedded);
          return null;
        });
    embedded.forEach(face -> index.upsert(Matcher.COLLECTION, face.face().id(), face.vector()));
    return faces.ofEntity(photo);
  }

  /** All faces so far, by photo, as they are now. */
  List<List<Face>> album() {
    return photos.stream().map(faces::ofEntity).toList();
  }

  long count(String fromWhere) {
    return jdbc.sql("SELECT COUNT(*) FROM " + fromWhere).query(Long.class).single();
  }

  /** The newest decision about a face: kind, person, actor, evidence. */
  Map<String, Object> decision(long face) {
    return jdbc.sql(
            "SELECT kind, person_id, actor, score, evidence FROM identity_decisions"
                + " WHERE face_id = :face ORDER BY id DESC LIMIT 1")
        .param("face", face)
        .query()
        .singleRow();
  }

  private static Face face(long photo, int place) {
    return new Face(
        photo * Faces.PER_PHOTO + place,
        photo,
        place,
        "md5",
        "test-detector",
        Map.of("x1", 0.1, "y1", 0.1, "x2", 0.2, "y2", 0.2),
        Map.of("nose_tip", List.of(0.15, 0.15)),
        0.9,
        "faces/" + photo + "/" + place + ".png",
        "pending",
        1L,
        null,
        null);
  }

  /** A unit vector near one axis: {@code toward} is its cosine to it, the rest leans to another. */
  static float[] near(int axis, double toward, int leaning) {
    float[] vector = new float[DIMENSION];
    vector[axis] = (float) toward;
    vector[leaning] += (float) Math.sqrt(1 - toward * toward);
    return vector;
  }

  static float[] axis(int axis) {
    return near(axis, 1, (axis + 1) % DIMENSION);
  }
}
