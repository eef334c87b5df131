package dev.minsight.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private final Backoff backoff = new Backoff();

  @Test
  @DisplayName("A file that fails alone is left for 1 s, 2 s, up to a minute; the others go on")
  void oneFileWaitsAlone() {
    backoff.failed("a", 0);

    assertThat(backoff.fileDue("a", 999)).isFalse();
    assertThat(backoff.fileDue("a", 1_000)).isTrue();
    assertThat(backoff.fileDue("b", 0)).isTrue();

    for (int i = 0; i < 20; i++) {
      backoff.failed("a", 10_000);
    }

    assertThat(backoff.fileDue("a", 10_000 + Backoff.LONGEST_MILLIS - 1)).isFalse();
    assertThat(backoff.fileDue("a", 10_000 + Backoff.LONGEST_MILLIS)).isTrue();
    assertThat(backoff.folderDue(10_000)).isTrue();
  }

  @Test
  @DisplayName("Three different files in a row pause the folder; one success ends the pause")
  void manyFilesPauseTheFolder() {
    backoff.failed("a", 0);
    backoff.failed("b", 0);
    assertThat(backoff.folderDue(0)).isTrue();

    backoff.failed("c", 0);
    assertThat(backoff.folderDue(999)).isFalse();
    assertThat(backoff.folderDue(1_000)).isTrue();

    backoff.failed("d", 1_000);
    assertThat(backoff.folderDue(2_999)).isFalse();

    backoff.succeeded("d");
    assertThat(backoff.folderDue(1_000)).isTrue();
  }

  @Test
  @DisplayName("A clock that is set back does not lengthen a pause")
  void clockSetBack() {
    backoff.failed("a", 1_000_000);

    assertThat(backoff.fileDue("a", 5_000)).isTrue();
  }
}
