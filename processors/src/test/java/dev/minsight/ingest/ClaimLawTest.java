package dev.minsight.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.ingest.FileFacts.Kind;
import dev.minsight.testing.TestServer;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.springframework.jdbc.core.simple.JdbcClient;

class ClaimLawTest {

  private final TestServer server = TestServer.shared();
  private final Claims claims = server.bean(Claims.class);

  @Property(tries = 40)
  @Label("Whatever is tried in whatever order, a claim only takes steps that its state allows")
  void onlyAllowedSteps(@ForAll @Size(max = 12) List<@IntRange(max = 4) Integer> steps) {
    Path root = Path.of("/law-" + UUID.randomUUID());
    Path file = root.resolve("a.jpg");
    FileFacts facts = new FileFacts(1, 2, 2, Kind.FILE);
    Claim claim = claims.claim(root, file, facts).orElseThrow();

    for (int step : steps) {
      ClaimState before = stored(root);
      Claim next = attempt(step, claim, root, file, facts);
      ClaimState after = stored(root);

      if (next == null) {
        assertThat(after).isEqualTo(before);
      } else {
        assertThat(next.state()).isEqualTo(after);
        assertThat(before == after || before.mayBecome(after)).isTrue();
        claim = next;
      }
    }
    assertThat(rows(root)).hasSize(1);
  }

  /** The claim after the step, or null when the step was refused. */
  private Claim attempt(int step, Claim claim, Path root, Path file, FileFacts facts) {
    try {
      return switch (step) {
        case 0 -> claims.claim(root, file, facts).orElse(null);
        case 1 -> claims.again(claim, "later");
        case 2 -> claims.stored(claim, 7, "done/a.jpg", null);
        case 3 -> claims.refused(claim, "failed/a.jpg", "bad");
        default -> claims.finish(claim);
      };
    } catch (IllegalStateException refused) {
      return null;
    }
  }

  private ClaimState stored(Path root) {
    return ClaimState.of(rows(root).get(0));
  }

  private List<String> rows(Path root) {
    return server
        .bean(JdbcClient.class)
        .sql("SELECT state FROM ingest_claims WHERE root = ?")
        .param(root.toString())
        .query(String.class)
        .list();
  }
}
