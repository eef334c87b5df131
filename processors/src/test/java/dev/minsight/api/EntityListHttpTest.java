package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.testing.Contract;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntityListHttpTest {

  private static final AtomicLong SEEDS = new AtomicLong(System.nanoTime());

  /** Collections by the number of their children; tests only read them. */
  private static final Map<Integer, Long> FULL = new ConcurrentHashMap<>();

  private final StoreClient store = new StoreClient(OpenServer.shared());

  private long child(String label, long parent) {
    return TestServer.json(
            store.create(Map.of("is_collection", "true", "label", label, "parent_id", "" + parent)))
        .get("id")
        .asLong();
  }

  /** The list of a collection with so many children. */
  private String listOf(int children) {
    long parent =
        FULL.computeIfAbsent(
            children,
            count -> {
              long made = store.collection("full");
              for (int i = 0; i < count; i++) {
                child("c" + i, made);
              }
              return made;
            });
    return "/entities?parent_id=" + parent;
  }

  private static List<Long> ids(JsonNode list) {
    return StreamSupport.stream(list.get("items").spliterator(), false)
        .map(item -> item.get("id").asLong())
        .toList();
  }

  private List<Long> ids(String path) {
    return ids(store.json(path));
  }

  @Test
  @DisplayName("AC-E04: of N uploads a page of 100 has N items, and total_items says N")
  void uploads() {
    long parent = store.collection("uploads");
    for (int i = 0; i < 3; i++) {
      store.upload(
          Pictures.noise("jpg", 60, 40, SEEDS.incrementAndGet()),
          "a.jpg",
          Map.of("is_collection", "false", "parent_id", "" + parent));
    }

    JsonNode page = store.json("/entities?page_size=100&parent_id=" + parent);

    assertThat(page.get("items")).hasSize(3);
    assertThat(page.get("pagination").get("total_items").asInt()).isEqualTo(3);
  }

  @ParameterizedTest(name = "{0}: {1} entities, page {2} of {3}")
  @DisplayName("AC-E05 to AC-E10: pages, their items and what the pagination says")
  @CsvSource({
    "AC-E05, 15,  1, 10, 10, 2, true,  false",
    "AC-E06, 15,  2, 10,  5, 2, false, true",
    "AC-E07, 20,  1,  5,  5, 4, true,  false",
    "AC-E07, 20,  1, 25, 20, 1, false, false",
    "AC-E08, 23,  2, 10, 10, 3, true,  true",
    "AC-E09, 23,  3, 10,  3, 3, false, true",
    "AC-E10, 10, 10, 10,  0, 1, false, true"
  })
  @Contract({
    "store.md 3 #2",
    "store.md 4.2 page, page_size",
    "store.md 4.2 pagination",
    "store.md 4.2 page past the end"
  })
  void pages(
      String number,
      int entities,
      int page,
      int size,
      int items,
      int pages,
      boolean next,
      boolean previous) {
    JsonNode list = store.json(listOf(entities) + "&page=" + page + "&page_size=" + size);

    assertThat(list.fieldNames()).toIterable().containsExactly("items", "pagination");
    assertThat(list.get("items")).hasSize(items);
    assertThat(list.get("pagination").toString())
        .isEqualTo(
            ("{\"page\":%d,\"page_size\":%d,\"total_items\":%d,\"total_pages\":%d,"
                    + "\"has_next\":%s,\"has_prev\":%s}")
                .formatted(page, size, entities, pages, next, previous));
  }

  @Test
  @DisplayName("AC-E06: no item is on two pages")
  void disjoint() {
    List<Long> both = new ArrayList<>(ids(listOf(15) + "&page=1&page_size=10"));
    both.addAll(ids(listOf(15) + "&page=2&page_size=10"));

    assertThat(both).hasSize(15).doesNotHaveDuplicates();
  }

  @Test
  @DisplayName("AC-E11: nothing matches: no items, no pages")
  @Contract({"store.md 4.2 page, page_size", "store.md 4.2 pagination"})
  void empty() {
    JsonNode list = store.json("/entities?md5=none");

    assertThat(list.get("items")).isEmpty();
    assertThat(list.get("pagination").toString())
        .isEqualTo(
            "{\"page\":1,\"page_size\":20,\"total_items\":0,\"total_pages\":0,"
                + "\"has_next\":false,\"has_prev\":false}");
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("AC-E12 to AC-E15: what is out of range, absurd or unknown is 422 and names itself")
  @ValueSource(
      strings = {
        "page=0",
        "page=-1",
        "page_size=0",
        "page_size=101",
        "page=one",
        "page=99999999999999999999",
        "limit=0",
        "limit=101",
        "limit=5&page=1",
        "cursor=abc&page_size=5",
        "version=0",
        "version=1&as_of=5",
        "as_of=yesterday",
        "sort_by=md5",
        "sort_by=added_date;--",
        "order=down",
        "count=perhaps",
        "is_deleted=2",
        "width=1.5",
        "file_size_min=1e3",
        "q=%00"
      })
  @Contract({"store.md 3 #2", "store.md 4.2 page, page_size"})
  void refused(String query) {
    HttpResponse<String> answer = store.get("/entities?" + query);

    assertThat(answer.statusCode()).isEqualTo(422);
    JsonNode problem = TestServer.json(answer).get("detail").get(0);
    assertThat(problem.get("loc").get(0).asText()).isEqualTo("query");
    assertThat(query).contains(problem.get("loc").get(1).asText() + "=");
  }

  @Test
  @DisplayName("An unknown sort is answered with the ones there are")
  void unknownSort() {
    assertThat(store.get("/entities?sort_by=colour").body())
        .contains(
            "'added_date', 'create_date', 'updated_date', 'label', 'file_size', 'id'", "colour");
  }

  @Test
  @DisplayName("A cursor that was made up, or given for another list, is 422 and says so")
  void foreignCursor() {
    String cursor = store.json(listOf(15) + "&limit=5").get("next_cursor").asText();

    for (String query :
        List.of(
            "?limit=5&cursor=" + cursor,
            "?parent_id=987654321&cursor=" + cursor,
            listOf(15).substring("/entities".length()) + "&sort_by=label&cursor=" + cursor)) {
      HttpResponse<String> answer = store.get("/entities" + query);
      assertThat(answer.statusCode()).as(query).isEqualTo(422);
      assertThat(answer.body()).as(query).contains("another list");
    }
    assertThat(store.get("/entities?cursor=abc").body()).contains("none that this server gave");
  }

  @ParameterizedTest(name = "page_size={0}")
  @DisplayName("AC-E16: however large a page is, total_items is the same")
  @ValueSource(ints = {5, 10, 20})
  void sameTotal(int size) {
    assertThat(
            store
                .json(listOf(17) + "&page_size=" + size)
                .get("pagination")
                .get("total_items")
                .asInt())
        .isEqualTo(17);
  }

  @Test
  @DisplayName("AC-E20: page and page_size come back, items is a list; newest first unless asked")
  @Contract("store.md 4.2 order")
  void echo() {
    JsonNode list = store.json(listOf(23) + "&page=1&page_size=20");

    assertThat(list.get("items").isArray()).isTrue();
    assertThat(list.get("pagination").get("page").asInt()).isEqualTo(1);
    assertThat(list.get("pagination").get("page_size").asInt()).isEqualTo(20);
    assertThat(list.get("items").get(0).get("label").asText()).isEqualTo("c22");
    assertThat(store.json(listOf(23) + "&order=asc").get("items").get(0).get("label").asText())
        .isEqualTo("c0");
  }

  @Test
  @DisplayName("With limit and cursor a list is walked to its end; it counts when asked")
  void cursors() {
    List<Long> walked = new ArrayList<>();
    String cursor = "";
    JsonNode part;
    do {
      part = store.json(listOf(23) + "&sort_by=id&limit=10" + cursor);
      walked.addAll(ids(part));
      cursor = "&cursor=" + part.get("next_cursor").asText();
      assertThat(part.fieldNames())
          .toIterable()
          .containsExactly("items", "pagination", "next_cursor");
      assertThat(part.get("pagination").get("total_items").isNull()).isTrue();
      assertThat(part.get("pagination").get("has_next").asBoolean())
          .isEqualTo(!part.get("next_cursor").isNull());
    } while (!part.get("next_cursor").isNull());

    assertThat(walked).isEqualTo(ids(listOf(23) + "&sort_by=id&page_size=100"));
    assertThat(store.json(listOf(23) + "&limit=5&count=true").get("pagination").toString())
        .isEqualTo("{\"limit\":5,\"has_next\":true,\"total_items\":23}");
  }

  @Test
  @DisplayName("A page that is not to be counted says null, and still whether more follow")
  void uncounted() {
    JsonNode pagination = store.json(listOf(15) + "&count=false&page_size=10").get("pagination");

    assertThat(pagination.get("total_items").isNull()).isTrue();
    assertThat(pagination.get("total_pages").isNull()).isTrue();
    assertThat(pagination.get("has_next").asBoolean()).isTrue();
  }

  @Test
  @DisplayName("AC-E19, AC-E22, AC-E23: search, root and kind; unknown parameters are ignored")
  @Contract({
    "store.md 1 unknown fields",
    "store.md 4.2 filter_param",
    "store.md 4.2 search_query",
    "store.md 4.2 parent_id",
    "store.md 4.2 is_collection"
  })
  void filters() {
    long root = store.collection("Parent of all");
    String mark = "mark" + SEEDS.incrementAndGet();
    long inner = child("The " + mark + " Parent", root);

    assertThat(ids("/entities?search_query=" + mark.toUpperCase(Locale.ROOT) + "%20parent"))
        .containsExactly(inner);
    assertThat(ids("/entities?q=parent%20" + mark.substring(0, mark.length() - 1))).contains(inner);
    assertThat(ids("/entities?parent_id=0&page_size=100&is_collection=yes"))
        .contains(root)
        .doesNotContain(inner);
    assertThat(ids("/entities?is_collection=false&parent_id=" + root)).isEmpty();
    assertThat(ids("/entities?parent_id=-1")).isEmpty();
    assertThat(ids("/entities?filter_param=x&content=y&parent_id=" + root)).containsExactly(inner);
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("SQL in a text condition is text")
  @ValueSource(
      strings = {
        "md5",
        "mime_type",
        "type",
        "added_by",
        "search_query",
        "q",
        "cursor",
        "sort_by",
        "order"
      })
  void inert(String parameter) {
    String sql =
        URLEncoder.encode("x' OR '1'='1'; DROP TABLE entities; --\\", StandardCharsets.UTF_8);

    HttpResponse<String> answer = store.get("/entities?" + parameter + "=" + sql);

    if (answer.statusCode() == 200) {
      assertThat(ids(TestServer.json(answer))).isEmpty();
    } else {
      assertThat(answer.statusCode()).isEqualTo(422);
    }
    assertThat(store.get("/entities").statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("AC-G11: a list of version 1 over two pages, and one as of an instant before all")
  @Contract("store.md 4.2 list of a version")
  void states() {
    assertThat(ids(listOf(15) + "&version=1&page=1&page_size=10")).hasSize(10);
    assertThat(ids(listOf(15) + "&version=1&page=2&page_size=10")).hasSize(5);
    assertThat(store.json(listOf(15) + "&version=2").get("pagination").get("total_items").asInt())
        .isZero();
    assertThat(store.json(listOf(15) + "&as_of=0").get("pagination").get("total_items").asInt())
        .isZero();
    assertThat(ids(listOf(15) + "&as_of=" + Long.MAX_VALUE)).hasSize(15);
  }
}
