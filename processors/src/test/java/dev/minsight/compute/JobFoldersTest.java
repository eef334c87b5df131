package dev.minsight.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.minsight.testing.TestSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobFoldersTest {

  @TempDir Path home;

  @Test
  @DisplayName("What a killed process left is removed, what somebody may still want is kept")
  void sweep() throws Exception {
    JobFolders folders = new JobFolders(TestSettings.at(home));
    Files.writeString(folders.fresh("half-done").resolve("output/vector.npy"), "half");
    Files.writeString(folders.fresh("of-the-api").resolve("output/vector.npy"), "whole");

    folders.sweep(Set.of("of-the-api"), 1);
    assertThat(folders.of("half-done")).as("younger than the process").exists();
    folders.sweep(Set.of("of-the-api"), Long.MAX_VALUE);

    assertThat(folders.of("half-done")).doesNotExist();
    assertThat(folders.of("of-the-api").resolve("output/vector.npy")).hasContent("whole");
  }

  @Test
  @DisplayName("A home that never had a job has nothing to remove")
  void nothing() {
    JobFolders folders = new JobFolders(TestSettings.at(home.resolve("new")));

    assertThatCode(() -> folders.sweep(Set.of(), Long.MAX_VALUE)).doesNotThrowAnyException();
  }
}
