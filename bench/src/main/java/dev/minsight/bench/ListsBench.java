package dev.minsight.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lists and single entities of a large store over HTTP, against a route of the same server that
 * returns a constant. All requests take turns in short rounds, so that whatever else the machine
 * does meets all of them; the median round counts.
 */
final class ListsBench {

  private static final String HEAP = "768m"; // what ./minsight start gives
  private static final int SMALL = 10_000;
  private static final int CLIENTS = 4;
  private static final int ROUNDS = 7;
  private static final Duration ROUND = Duration.ofMillis(1500);
  private static final Duration WARM_UP = Duration.ofSeconds(12);

  /** Of the constant route's throughput, at least. */
  private static final double LEAST_RATIO = 0.5;

  /** Between two places of a list, at most. */
  private static final double MOST_FACTOR = 2;

  private static final String CONSTANT = "/auth/public-key";
  private static final String PAGE = "/entities?limit=20";
  private static final Pattern CURSOR = Pattern.compile("\"next_cursor\":\"([^\"]+)\"");

  private final Path folder;
  private final int rows;
  private final boolean profile;
  private final PrintStream out;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);

  ListsBench(Path folder, int rows, boolean profile, PrintStream out) {
    this.folder = folder;
    this.rows = rows;
    this.profile = profile;
    this.out = out;
  }

  /**
   * Runs it and prints the figures.
   *
   * @return whether the targets were met
   */
  boolean run() throws IOException, InterruptedException, SQLException {
    Path home = Files.createDirectories(folder.resolve("home"));
    try (ServerProcess server = ServerProcess.start(home, HEAP, List.of(), "--no-auth")) {
      double filling = ManyEntities.fill(home, 0, SMALL);
      Map<String, String> small = new LinkedHashMap<>();
      small.put("constant", CONSTANT);
      small.put("list of " + SMALL, PAGE);
      small.put("the same, page 1", "/entities");
      warmUp(server, small);
      Map<String, Speed> few = measure(server, small);
      print(few);
      filling += ManyEntities.fill(home, SMALL, rows);
      out.printf("filled with %,d entities in %.0f us each%n", rows, 1000 * filling / rows);
      Map<String, String> large = large(server);
      warmUp(server, large);
      if (profile) {
        server.startRecording();
      }
      Map<String, Speed> many = measure(server, large);
      print(many);
      if (profile) {
        out.println(Profile.of(server.stopRecording(folder.resolve("lists.jfr"))));
      }
      return check(few, many);
    } finally {
      clients.shutdownNow();
    }
  }

  private Map<String, String> large(ServerProcess server) throws IOException, InterruptedException {
    Map<String, String> paths = new LinkedHashMap<>();
    paths.put("constant", CONSTANT);
    paths.put("root", "/");
    paths.put("entity by id", "/entities/%d");
    paths.put("list", PAGE);
    paths.put("last cursor", PAGE + "&cursor=" + lastCursor(server));
    paths.put("page 1", "/entities");
    paths.put("last page", "/entities?page=" + rows / 20);
    paths.put("live, page 1", "/entities?exclude_deleted=true");
    paths.put("one collection", "/entities?parent_id=500001");
    paths.put("by label", PAGE + "&sort_by=label&order=asc");
    paths.put("q, one match", "/entities?q=mov_0777%d77");
    paths.put("q, a fifth", PAGE + "&q=kyoto");
    paths.put("substring, one match", "/entities?search_query=take%%207%d7");
    paths.put("as of", PAGE + "&as_of=1600500000000");
    return paths;
  }

  /** The cursor of the last twenty, found as clients find it: by walking the list. */
  private String lastCursor(ServerProcess server) throws IOException, InterruptedException {
    long start = System.nanoTime();
    String cursor = null;
    for (int left = rows; left > 20; ) {
      int limit = Math.min(100, left - 20);
      String part =
          get(server, "/entities?limit=" + limit + (cursor == null ? "" : "&cursor=" + cursor));
      Matcher next = CURSOR.matcher(part);
      if (!next.find()) {
        throw new IOException("the list ended " + left + " entities early");
      }
      cursor = next.group(1);
      left -= limit;
    }
    out.printf("walked through all of them in %.1f s%n", (System.nanoTime() - start) / 1e9);
    return cursor;
  }

  private String get(ServerProcess server, String path) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(server.store(path))).build(),
            BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(path + ": " + answer.statusCode() + " " + answer.body());
    }
    return answer.body();
  }

  private void warmUp(ServerProcess server, Map<String, String> paths)
      throws IOException, InterruptedException {
    for (String path : paths.values()) {
      round(server, path, WARM_UP.dividedBy(paths.size()).plusSeconds(1));
    }
  }

  /**
   * How a route did.
   *
   * @param rate requests a second
   * @param cpu ms of the server's CPU a request, which other work on the machine changes less
   */
  private record Speed(double rate, double cpu) {}

  /** The median of the rounds of each. */
  private Map<String, Speed> measure(ServerProcess server, Map<String, String> paths)
      throws IOException, InterruptedException {
    Map<String, List<Speed>> rounds = new LinkedHashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      for (Map.Entry<String, String> path : paths.entrySet()) {
        rounds
            .computeIfAbsent(path.getKey(), name -> new ArrayList<>())
            .add(round(server, path.getValue(), ROUND));
      }
    }
    Map<String, Speed> medians = new LinkedHashMap<>();
    rounds.forEach(
        (name, all) ->
            medians.put(name, new Speed(median(all, Speed::rate), median(all, Speed::cpu))));
    return medians;
  }

  private static double median(List<Speed> all, ToDoubleFunction<Speed> figure) {
    return all.stream().mapToDouble(figure).sorted().toArray()[all.size() / 2];
  }

  private Speed round(ServerProcess server, String path, Duration time)
      throws IOException, InterruptedException {
    double cpu = server.cpuMillis();
    long start = System.nanoTime();
    long end = start + time.toNanos();
    List<Future<Integer>> running = new ArrayList<>();
    for (int client = 0; client < CLIENTS; client++) {
      int first = client;
      running.add(
          clients.submit(
              () -> {
                int done = 0;
                for (int i = first; System.nanoTime() < end; i += 7919) {
                  get(server, path.contains("%d") ? varied(path, i) : path);
                  done++;
                }
                return done;
              }));
    }
    int requests = 0;
    try {
      for (Future<Integer> client : running) {
        requests += client.get();
      }
    } catch (ExecutionException e) {
      throw new IOException(path, e);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Speed(requests / seconds, (server.cpuMillis() - cpu) / requests);
  }

  /** Another entity each time: one row is in every cache. */
  private String varied(String path, int i) {
    int digits = path.contains("/%d") ? 1 + i % rows : i % 10;
    return path.replace("%%", "%").replace("%d", Integer.toString(digits));
  }

  private void print(Map<String, Speed> speeds) {
    double constant = speeds.get("constant").rate();
    speeds.forEach(
        (name, speed) ->
            out.printf(
                "%-24s %8.0f/s %6.2f of the constant, CPU %6.2f ms%n",
                name, speed.rate(), speed.rate() / constant, speed.cpu()));
  }

  private boolean check(Map<String, Speed> few, Map<String, Speed> many) {
    // Relative to the constant route of the same minutes, should the machine have slowed down.
    double small = few.get("list of " + SMALL).rate() / few.get("constant").rate();
    double constant = many.get("constant").rate();
    double entity = many.get("entity by id").rate() / constant;
    double first = many.get("list").rate() / constant;
    double last = many.get("last cursor").rate() / constant;
    boolean fast = Math.min(entity, first) >= LEAST_RATIO;
    boolean flat =
        Math.max(first, last) <= MOST_FACTOR * Math.min(first, last)
            && Math.max(first, small) <= MOST_FACTOR * Math.min(first, small);
    out.println(fast ? "throughput as wanted" : "SLOW: below half of the constant route");
    out.println(flat ? "no slower at the end or for many" : "STEEP: slower at the end or for many");
    return fast && flat;
  }
}
