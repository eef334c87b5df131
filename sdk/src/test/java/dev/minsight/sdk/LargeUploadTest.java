package dev.minsight.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.ScriptedServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A large upload")
class LargeUploadTest {

  private static final long FILE_BYTES = 50L << 20;
  private static final long MAX_GROWTH_BYTES = 8L << 20;

  @Test
  @DisplayName("passes through without ever lying in memory: 50 MB with less than 8 MB of heap")
  void streams(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("film.mp4");
    try (RandomAccessFile film = new RandomAccessFile(file.toFile(), "rw")) {
      film.setLength(FILE_BYTES);
    }
    AtomicLong received = new AtomicLong();
    AtomicLong peak = new AtomicLong();
    try (ScriptedServer server = new ScriptedServer()) {
      server.onExchange(
          "POST /entities",
          call -> {
            byte[] buffer = new byte[64 << 10];
            InputStream in = call.getRequestBody();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
              // What survives a collection in the midst of the transfer is what is really held.
              if (received.get() / (10 << 20) != (received.get() + n) / (10 << 20)) {
                peak.accumulateAndGet(heldBytes(), Math::max);
              }
              received.addAndGet(n);
            }
            byte[] answer = ScriptedServer.wire("entity").getBytes(StandardCharsets.UTF_8);
            call.sendResponseHeaders(201, answer.length);
            call.getResponseBody().write(answer);
          });
      StoreClient store = MinsightClient.builder().servers(server.urls()).build().store();
      long before = heldBytes();

      store.upload(file, EntityDraft.labelled("film"));

      assertThat(received.get()).isBetween(FILE_BYTES, FILE_BYTES + 4096);
      assertThat(peak.get()).isPositive();
      assertThat(peak.get() - before).isLessThan(MAX_GROWTH_BYTES);
    }
  }

  private static long heldBytes() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }
}
