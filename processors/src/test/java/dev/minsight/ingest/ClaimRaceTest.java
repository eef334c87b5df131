package dev.minsight.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.OpenServer;
import dev.minsight.testing.Race;
import dev.minsight.testing.TestServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Several who look into the same folder at the same moment. */
class ClaimRaceTest {

  private static final int WATCHERS = 4;
  private static final int FILES = 20;

  private final TestServer server = OpenServer.shared();

  @Test
  @DisplayName("A file that several find at once is claimed by one of them")
  void oneClaim() throws Exception {
    Claims claims = server.bean(Claims.class);
    Path root = Path.of("/race", UUID.randomUUID().toString());

    for (int i = 0; i < FILES; i++) {
      Path file = root.resolve(i + ".jpg");
      List<Optional<Claim>> taken =
          Race.run(
              WATCHERS,
              n -> () -> claims.claim(root, file, new FileFacts(1, 1, 1, FileFacts.Kind.FILE)));

      assertThat(taken).filteredOn(Optional::isPresent).hasSize(1);
    }
  }

  @Test
  @DisplayName("A sub-folder that several meet at once becomes one collection")
  void oneCollection() throws Exception {
    Library library = server.bean(Library.class);

    for (int i = 0; i < FILES; i++) {
      String label = "race " + UUID.randomUUID();
      List<Long> ids = Race.run(WATCHERS, n -> () -> library.collection(null, label));

      assertThat(ids).doesNotContainNull().containsOnly(Objects.requireNonNull(ids.get(0)));
    }
  }
}
