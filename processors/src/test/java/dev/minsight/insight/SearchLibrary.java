package dev.minsight.insight;

import dev.minsight.vectors.VectorIndex;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A library of rows and vectors that no pipeline made, and what should be found in it, told without
 * SQL: photos in places, collections and the trash, with people.
 */
final class SearchLibrary {

  /** Holds {@link #INNER}. */
  static final long OUTER = 901;

  static final long INNER = 902;

  /** In the trash; holds {@link #BELOW_TRASH}. */
  static final long TRASH = 903;

  static final long BELOW_TRASH = 904;

  static final List<Long> PERSONS = List.of(801L, 802L, 803L);

  private static final long FIRST = 1000;
  private static final long DAY = 86_400_000;
  private static final double EARTH = 6371.0088;

  private final PhotoServer server;
  private final Random random = new Random(11);
  private final List<Row> rows = new ArrayList<>();

  /** One photo. */
  record Row(
      long id,
      Long parent,
      boolean deleted,
      String type,
      String mime,
      long created,
      Double latitude,
      Double longitude,
      Set<Long> persons) {

    boolean trashed() {
      return deleted || parent != null && (parent == TRASH || parent == BELOW_TRASH);
    }

    private boolean isBelow(long collection) {
      return parent != null
          && (parent == collection
              || collection == OUTER && parent == INNER
              || collection == TRASH && parent == BELOW_TRASH);
    }

    /** The filter's own words, one by one. */
    boolean fits(PhotoFilter filter) {
      return (filter.includeDeleted() || !trashed())
          && (filter.from() == null || created >= filter.from())
          && (filter.to() == null || created <= filter.to())
          && (filter.type() == null || type.equals(filter.type()))
          && (filter.mimeType() == null || mime.equals(filter.mimeType()))
          && (filter.parentId() == null || isBelow(filter.parentId()))
          && persons.containsAll(filter.personIds())
          && (filter.box() == null || isIn(filter.box()))
          && (filter.near() == null || isNear(filter.near()));
    }

    private boolean isIn(PhotoFilter.Box box) {
      if (latitude == null || latitude < box.south() || latitude > box.north()) {
        return false;
      }
      return box.west() <= box.east()
          ? longitude >= box.west() && longitude <= box.east()
          : longitude >= box.west() || longitude <= box.east();
    }

    /** By the angle between two directions from the middle of the earth. */
    private boolean isNear(PhotoFilter.Circle circle) {
      if (latitude == null) {
        return false;
      }
      double[] a = direction(latitude, longitude);
      double[] b = direction(circle.latitude(), circle.longitude());
      double dot = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
      return EARTH * Math.acos(Math.max(-1, Math.min(1, dot))) <= circle.kilometres();
    }

    private static double[] direction(double latitude, double longitude) {
      double lat = Math.toRadians(latitude);
      double lon = Math.toRadians(longitude);
      return new double[] {
        Math.cos(lat) * Math.cos(lon), Math.cos(lat) * Math.sin(lon), Math.sin(lat)
      };
    }
  }

  SearchLibrary(PhotoServer server) {
    this.server = server;
  }

  List<Row> rows() {
    return rows;
  }

  void fill(int photos) {
    server.write(
        () -> {
          collection(OUTER, null, false);
          collection(INNER, OUTER, false);
          collection(TRASH, null, true);
          collection(BELOW_TRASH, TRASH, false);
          for (long person : PERSONS) {
            jdbc()
                .sql("INSERT INTO known_persons (id, created_at, updated_at) VALUES (:id, 1, 1)")
                .param("id", person)
                .update();
          }
          for (int i = 0; i < photos; i++) {
            add(row(FIRST + i));
          }
        });
    VectorIndex index = server.bean(VectorIndex.class);
    for (Row row : rows) {
      index.upsert(VectorKind.CLIP.collection(), row.id(), vector(512));
      int face = 0;
      for (long person : row.persons()) {
        index.upsert(VectorKind.FACE.collection(), row.id() * 10_000 + face++, vector(128));
      }
    }
  }

  /** Makes a collection of a test's own. */
  void collection(long id, Long parent, boolean deleted) {
    jdbc()
        .sql(
            """
            INSERT INTO entities (id, is_collection, label, parent_id, added_date, is_deleted)
            VALUES (:id, :yes, 'a collection', :parent, 1, :deleted)""")
        .param("id", id)
        .param("yes", true)
        .param("parent", parent)
        .param("deleted", deleted)
        .update();
  }

  private Row row(long id) {
    boolean image = random.nextInt(5) > 0;
    String mime = image ? random.nextBoolean() ? "image/jpeg" : "image/png" : "video/mp4";
    Long[] parents = {null, OUTER, INNER, TRASH, BELOW_TRASH};
    double[] place = place();
    Set<Long> persons = new HashSet<>();
    PERSONS.stream().filter(person -> random.nextInt(3) == 0).forEach(persons::add);
    return new Row(
        id,
        parents[random.nextInt(parents.length)],
        random.nextInt(8) == 0,
        image ? "image" : "video",
        mime,
        // days, so that some are taken in the same instant
        1_577_836_800_000L + random.nextInt(400) * DAY,
        place == null ? null : (Double) place[0],
        place == null ? null : (Double) place[1],
        persons);
  }

  /** Paris, both sides of the date line, anywhere or unknown. */
  private double[] place() {
    return switch (random.nextInt(4)) {
      case 0 -> new double[] {48.85 + random.nextGaussian(), 2.35 + random.nextGaussian()};
      case 1 ->
          new double[] {
            -17 + random.nextGaussian(), (random.nextBoolean() ? 179 : -179) + random.nextDouble()
          };
      case 2 -> new double[] {random.nextDouble() * 180 - 90, random.nextDouble() * 360 - 180};
      default -> null;
    };
  }

  void add(Row row) {
    rows.add(row);
    jdbc()
        .sql(
            """
            INSERT INTO entities (id, is_collection, label, parent_id, added_date, create_date,
              type, mime_type, md5, is_deleted, latitude, longitude)
            VALUES (:id, :no, 'a photo', :parent, 1, :created, :type, :mime, :md5, :deleted,
              :latitude, :longitude)""")
        .param("id", row.id())
        .param("no", false)
        .param("parent", row.parent())
        .param("created", row.created())
        .param("type", row.type())
        .param("mime", row.mime())
        .param("md5", "md5 of " + row.id())
        .param("deleted", row.deleted())
        .param("latitude", row.latitude())
        .param("longitude", row.longitude())
        .update();
    int face = 0;
    for (long person : row.persons()) {
      face(row.id() * 10_000 + face, row.id(), face++, person);
    }
  }

  private void face(long id, long photo, int index, long person) {
    jdbc()
        .sql(
            """
            INSERT INTO faces (id, entity_id, face_index, md5, model_id, bbox, landmarks,
              confidence, file_path, embedding_status, created_at, known_person_id)
            VALUES (:id, :photo, :index, 'md5', 'model', '{}', '{}', 0.9, 'none.png', 'completed',
              1, :person)""")
        .param("id", id)
        .param("photo", photo)
        .param("index", index)
        .param("person", person)
        .update();
  }

  /** A photo of a test's own, live and without anything special. */
  Row plain(long id, Long parent) {
    return new Row(id, parent, false, "image", "image/jpeg", 1, null, null, Set.of());
  }

  float[] vector(int dimension) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  /** Conditions at random, each there or not. */
  PhotoFilter filter(Random dice) {
    long from = 1_577_836_800_000L + dice.nextInt(400) * DAY;
    List<Long> persons = new ArrayList<>();
    PERSONS.stream().filter(person -> dice.nextInt(6) == 0).forEach(persons::add);
    return new PhotoFilter(
        dice.nextInt(3) == 0 ? (Long) from : null,
        dice.nextInt(3) == 0 ? (Long) (from + dice.nextInt(300) * DAY) : null,
        dice.nextInt(4) == 0 ? box(dice) : null,
        dice.nextInt(4) == 0 ? near(dice) : null,
        dice.nextInt(3) == 0 ? dice.nextBoolean() ? "image" : "video" : null,
        dice.nextInt(5) == 0 ? "image/png" : null,
        dice.nextInt(3) == 0 ? (Long) (OUTER + dice.nextInt(4)) : null,
        persons,
        dice.nextInt(3) == 0);
  }

  private static PhotoFilter.Box box(Random dice) {
    return switch (dice.nextInt(3)) {
      case 0 -> new PhotoFilter.Box(1, 48, 3, 50);
      case 1 -> new PhotoFilter.Box(178, -19, -178.5, -15);
      default -> new PhotoFilter.Box(-90, -45, 90, 60);
    };
  }

  private static PhotoFilter.Circle near(Random dice) {
    return switch (dice.nextInt(3)) {
      case 0 -> new PhotoFilter.Circle(48.85, 2.35, 5 + dice.nextInt(200));
      case 1 -> new PhotoFilter.Circle(-17, 180, 50 + dice.nextInt(300));
      default -> new PhotoFilter.Circle(89, 10, 8000);
    };
  }

  private JdbcClient jdbc() {
    return server.jdbc();
  }
}
