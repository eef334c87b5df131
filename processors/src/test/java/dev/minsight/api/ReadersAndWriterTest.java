package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.Contract;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Readers do not meet the writer: D-27, D-88. */
class ReadersAndWriterTest {

  private static final int READERS = 200;
  private static final int READS = 8;

  private final TestServer server = OpenServer.shared();
  private final StoreClient store = new StoreClient(server);

  @Test
  @DisplayName(
      "D-88 200 readers at once, while a writer uploads and changes: nobody is told 'busy'")
  @Contract({
    "store.md 4.5 database locked",
    "store.md 11 database",
    "pipeline.md 9 database locked"
  })
  void readersAndWriter() throws Exception {
    long folder = store.collection("read by many");
    long seed = System.nanoTime();
    ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    AtomicInteger reads = new AtomicInteger();
    ExecutorService pool = Executors.newFixedThreadPool(READERS);
    List<Future<?>> readers = new ArrayList<>();
    try {
      for (int i = 0; i < READERS; i++) {
        String path = i % 2 == 0 ? "/entities?parent_id=" + folder : "/entities/" + folder;
        readers.add(
            pool.submit(
                () -> {
                  for (int read = 0; read < READS; read++) {
                    var answer = store.get(path);
                    reads.incrementAndGet();
                    if (answer.statusCode() != 200) {
                      wrong.add(answer.statusCode() + " " + answer.body());
                    }
                  }
                }));
      }
      for (int i = 0; i < 20; i++) {
        var answer =
            store.upload(
                Pictures.noise("jpg", 50, 40, seed + i),
                "w.jpg",
                Map.of("is_collection", "false", "parent_id", "" + folder));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(store.patch(folder, Map.of("description", "" + i)).statusCode()).isEqualTo(200);
      }
    } finally {
      pool.shutdown();
    }
    for (Future<?> reader : readers) {
      reader.get(5, TimeUnit.MINUTES);
    }

    assertThat(wrong).isEmpty();
    assertThat(reads.get()).isEqualTo(READERS * READS);
    assertThat(store.entity(folder).get("children_count").asInt()).isEqualTo(20);
  }
}
