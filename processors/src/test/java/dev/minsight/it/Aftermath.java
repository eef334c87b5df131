package dev.minsight.it;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.it.Drop.Dropped;
import dev.minsight.it.Drop.Kind;
import dev.minsight.it.Receipts.PutAway;
import dev.minsight.vectors.CollectionSpec;
import dev.minsight.vectors.EmbeddedVectorIndex;
import dev.minsight.vectors.VectorIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Everything that must be true of a home once all files of a drop were dealt with. */
final class Aftermath {

  private final Path home;
  private final List<Dropped> dropped;
  private final Databases data;

  Aftermath(Path home, List<Dropped> dropped) {
    this.home = home;
    this.dropped = dropped;
    this.data = new Databases(home);
  }

  /** Nothing is waiting or in work any more; the server may still run. */
  void assertSettled() {
    assertThat(Receipts.count(inbox())).as("receipts").isEqualTo(dropped.size());
    assertThat(
            data.strings(
                "SELECT source_path || ' is ' || state FROM ingest_claims"
                    + " WHERE state NOT IN ('done', 'known', 'failed')"))
        .as("open claims")
        .isEmpty();
    assertThat(
            data.strings(
                "SELECT e.id || ' is ' || COALESCE(i.overall_status, 'not seen') FROM entities e"
                    + " LEFT JOIN entity_intelligence i ON i.entity_id = e.id WHERE e.type ="
                    + " 'image' AND COALESCE(i.overall_status, '') NOT IN ('completed', 'failed')"))
        .as("pictures in work")
        .isEmpty();
    assertThat(
            data.strings(
                "SELECT task_type || ' of ' || entity_id || ' is ' || status FROM jobs"
                    + " WHERE status IN ('queued', 'processing')"))
        .as("open jobs")
        .isEmpty();
    assertThat(data.strings("SELECT topic FROM outbox LIMIT 5")).as("outbox").isEmpty();
  }

  void assertEveryFileHasItsReceipt() throws IOException {
    List<PutAway> found = Receipts.read(inbox());

    assertThat(found.stream().map(file -> key(file.name(), file.bytes())))
        .as("each file is in done or failed once, as it was")
        .containsExactlyInAnyOrderElementsOf(
            dropped.stream().map(file -> key(file.name(), file.bytes())).toList());
    assertThat(inboxFilesOutside("done", "failed")).as("left in the inbox").isEmpty();
    assertThat(Receipts.files(inbox()).stream().map(f -> f.getFileName().toString()))
        .as("drafts of receipts")
        .noneMatch(name -> name.startsWith(".minsight-"));

    Map<String, Kind> kinds =
        dropped.stream().collect(Collectors.toMap(Dropped::name, Dropped::kind));
    for (PutAway file : found) {
      if (kinds.get(file.name()) == Kind.BAD) {
        assertThat(file.box()).as(file.name()).isEqualTo("failed");
        assertThat(file.status()).as(file.name()).isEqualTo("failed");
        assertThat(file.entityId()).as(file.name()).isZero();
        assertThat(file.reason()).as(file.name()).isNotEmpty();
      } else {
        assertThat(file.box()).as(file.name() + ": " + file.reason()).isEqualTo("done");
      }
    }
  }

  void assertOneEntityForEachContent() throws IOException {
    Map<Integer, List<PutAway>> byContent =
        Receipts.read(inbox()).stream()
            .filter(file -> file.box().equals("done"))
            .collect(groupingBy(file -> Arrays.hashCode(file.bytes())));

    byContent.values().forEach(Aftermath::assertOneCreatedAndTheRestKnown);
    assertThat(data.strings("SELECT id FROM entities WHERE NOT is_collection"))
        .as("live entities, one for each content")
        .containsExactlyInAnyOrderElementsOf(
            byContent.values().stream().map(same -> "" + same.get(0).entityId()).toList());
    assertThat(data.count("entities_version WHERE operation_type <> 0"))
        .as("entities that were written twice")
        .isZero();
    assertThat(
            data.strings(
                "SELECT label FROM entities WHERE is_collection"
                    + " GROUP BY label, parent_id HAVING COUNT(*) > 1"))
        .as("collections that were made twice")
        .isEmpty();
  }

  private static void assertOneCreatedAndTheRestKnown(List<PutAway> same) {
    List<String> words = new ArrayList<>(same.stream().map(PutAway::status).sorted().toList());
    assertThat(words.remove(0)).as("the first of " + same.get(0).name()).isEqualTo("done");
    assertThat(words).as("the others of " + same.get(0).name()).allMatch("known"::equals);
    assertThat(same.stream().map(PutAway::entityId).distinct())
        .as("entity of " + same.get(0).name())
        .hasSize(1)
        .doesNotContain(0L);
  }

  void assertEveryPictureCompleted() {
    assertThat(
            data.strings(
                "SELECT entity_id || ' ' || overall_status || ' ' || face_detection || ' '"
                    + " || clip_embedding || ' ' || dino_embedding || ': ' || error_message"
                    + " FROM entity_intelligence WHERE overall_status <> 'completed'"
                    + " OR face_detection <> 'completed' OR clip_embedding <> 'completed'"
                    + " OR dino_embedding <> 'completed' OR processed_md5 <> processing_md5"
                    + " OR incident"))
        .as("pictures that are not completed")
        .isEmpty();
    long pictures = data.count("entities WHERE type = 'image'");
    assertThat(pictures).isGreaterThan(Drop.FILES / 2);
    assertThat(data.count("entity_intelligence")).isEqualTo(pictures);
    for (String kind : List.of("clip", "dino")) {
      assertThat(
              data.count(
                  "entities e JOIN embeddings v ON v.subject_id = e.id AND v.entity_id = e.id"
                      + " AND v.kind = '"
                      + kind
                      + "' AND v.md5 = e.md5"))
          .as(kind + " vectors")
          .isEqualTo(pictures)
          .isEqualTo(data.count("embeddings WHERE kind = '" + kind + "'"));
    }
    assertThat(data.count("faces WHERE embedding_status <> 'completed'"))
        .as("faces without vector")
        .isZero();
    assertThat(data.count("faces f JOIN embeddings v ON v.kind = 'face' AND v.subject_id = f.id"))
        .as("vectors of faces")
        .isEqualTo(data.count("faces"))
        .isEqualTo(data.count("embeddings WHERE kind = 'face'"));
    assertThat(
            data.strings(
                "SELECT entity_id || ' counts ' || face_count FROM entity_intelligence i WHERE"
                    + " face_count <> (SELECT COUNT(*) FROM faces f WHERE f.entity_id ="
                    + " i.entity_id)"))
        .as("wrong face counts")
        .isEmpty();
    assertThat(
            data.count(
                "known_persons p WHERE NOT EXISTS"
                    + " (SELECT 1 FROM faces f WHERE f.known_person_id = p.id)"))
        .as("persons without a face")
        .isZero();
    assertThat(data.count("faces WHERE known_person_id IS NULL")).as("faces of nobody").isZero();
  }

  void assertNothingLeftBehind() throws IOException {
    Path media = home.resolve("media");
    Set<String> wanted = new TreeSet<>();
    wanted.addAll(data.strings("SELECT file_path FROM entities WHERE file_path IS NOT NULL"));
    wanted.addAll(data.strings("SELECT file_path FROM faces"));
    Set<String> there =
        Receipts.files(media).stream()
            .map(file -> media.relativize(file).toString())
            .filter(name -> !name.endsWith(".tb.png") && !name.equals(".minsight-media"))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> orphans = new TreeSet<>(there);
    orphans.removeAll(wanted);
    assertThat(orphans).as("files of the media folder without a row").isEmpty();
    assertThat(there).as("files of the media folder").hasSameSizeAs(wanted);
    try (Stream<Path> jobs = Files.list(home.resolve("compute/jobs"))) {
      assertThat(jobs).as("folders of jobs").isEmpty();
    }
    assertThat(home.resolve("minsight.pid")).doesNotExist();
    assertThat(data.strings("PRAGMA integrity_check")).containsExactly("ok");
    assertThat(data.strings("SELECT \"table\" FROM pragma_foreign_key_check")).isEmpty();
  }

  /** The server must have ended: the engine's database has one user. */
  void assertEngineEmpty() {
    for (String table :
        List.of("ACT_RU_EXECUTION", "ACT_RU_EXT_TASK", "ACT_RU_INCIDENT", "ACT_RU_VARIABLE")) {
      assertThat(data.engine().queryForObject("SELECT COUNT(*) FROM " + table, Long.class))
          .as(table)
          .isZero();
    }
  }

  /** The server must have ended: it holds the index. */
  void assertIndexesTrue() {
    try (VectorIndex index = new EmbeddedVectorIndex(home.resolve("vectors"))) {
      for (String kind : List.of("clip", "dino", "face")) {
        for (Map<String, Object> model :
            data.app()
                .queryForList(
                    "SELECT model_id, LENGTH(vector) / 4 AS dimension FROM embeddings"
                        + " WHERE kind = ? GROUP BY model_id",
                    kind)) {
          assertIndexTrue(
              index,
              kind,
              new CollectionSpec(
                  kind + "_embeddings",
                  (String) model.get("model_id"),
                  ((Number) model.get("dimension")).intValue()));
        }
      }
    }
  }

  private void assertIndexTrue(VectorIndex index, String kind, CollectionSpec spec) {
    index.open(spec);
    assertThat(index.state(spec.name()).ready()).as(spec.name()).isTrue();
    assertThat(index.ids(spec.name()).boxed().toList())
        .as(spec.name())
        .containsExactlyInAnyOrderElementsOf(
            data.app()
                .queryForList(
                    "SELECT subject_id FROM embeddings WHERE kind = ?", Long.class, kind));
  }

  private Path inbox() {
    return home.resolve("inbox");
  }

  private List<String> inboxFilesOutside(String... boxes) {
    return Receipts.files(inbox()).stream()
        .map(file -> inbox().relativize(file).toString())
        .filter(name -> Stream.of(boxes).noneMatch(box -> name.startsWith(box + "/")))
        .filter(name -> !name.equals(".minsight.lock"))
        .toList();
  }

  private static String key(String name, byte[] bytes) {
    return name + " " + bytes.length + " " + Arrays.hashCode(bytes);
  }
}
