package dev.minsight.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.util.FileSystemUtils;

/** A server without accounts, shared by the tests of a JVM that are not about permissions. */
public final class OpenServer {

  private OpenServer() {}

  private static final class Shared {

    static final TestServer SERVER = start();

    private static TestServer start() {
      try {
        Path home = Files.createTempDirectory("minsight-open");
        TestServer server = TestServer.start(home, "minsight.auth.enabled=false");
        Runtime.getRuntime()
            .addShutdownHook(
                new Thread(
                    () -> {
                      server.close();
                      FileSystemUtils.deleteRecursively(home.toFile());
                    }));
        return server;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Started at the first call, never closed; other tests leave their entities in it. */
  public static TestServer shared() {
    return Shared.SERVER;
  }
}
