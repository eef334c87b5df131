package dev.minsight.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.support.ConfigurationException;
import dev.minsight.support.MinsightProperties.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WatchedFoldersTest {

  private static final Path HOME = Path.of("/srv/minsight/data");

  @Test
  @DisplayName("The inbox and each named folder are watched, each once")
  void inboxAndNamedFolders() {
    WatchedFolders folders = folders(Role.INGEST, "/photos", "/photos/../photos", "/scans");

    assertThat(folders.roots())
        .containsExactly(HOME.resolve("inbox"), Path.of("/photos"), Path.of("/scans"));
  }

  @Test
  @DisplayName("Without the ingest role nothing is watched")
  void withoutTheRole() {
    assertThat(folders(Role.STORE, "/photos").roots()).isEmpty();
  }

  @Test
  @DisplayName("The server's own folders are refused: it would take its own files for photos")
  void ownFoldersAreRefused() {
    for (String own : List.of("/srv/minsight/data", "/srv/minsight/data/media")) {
      assertThatThrownBy(() -> folders(Role.INGEST, own))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining(own);
    }
  }

  @Test
  @DisplayName("A folder around the home is watched, but its scan stays out of the home")
  void aroundTheHome() {
    WatchedFolders folders = folders(Role.INGEST, "/srv");

    assertThat(folders.isForeign(HOME)).isTrue();
    assertThat(folders.isForeign(Path.of("/srv/photos"))).isFalse();
  }

  @Test
  @DisplayName("Where one watched folder lies in another, a file belongs to the inner one")
  void nestedFolders() {
    WatchedFolders folders = folders(Role.INGEST, "/photos", "/photos/new");

    assertThat(folders.isForeign(Path.of("/photos/new"))).isTrue();
    assertThat(folders.at(Path.of("/photos/new")).folder().id()).isEqualTo("watch-2");
  }

  private static WatchedFolders folders(Role role, String... watch) {
    return new WatchedFolders(
        HOME, Set.of(role), Arrays.stream(watch).map(Path::of).toList(), Duration.ofSeconds(2));
  }
}
