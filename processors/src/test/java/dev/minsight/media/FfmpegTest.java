package dev.minsight.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.support.RetryableException;
import dev.minsight.support.UnprocessableMediaException;
import dev.minsight.testing.Contract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FfmpegTest {

  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

  @TempDir Path folder;

  private static void fake(Path bin, String version) throws IOException {
    Files.createDirectories(bin);
    for (String name : List.of("ffmpeg", "ffprobe")) {
      Path program = bin.resolve(name);
      Files.writeString(program, "#!/bin/sh\necho '" + name + " version " + version + " (c)'\n");
      assertThat(program.toFile().setExecutable(true)).isTrue();
    }
  }

  @Test
  @DisplayName(
      "AC-A10 Nothing need be installed: two servers that start at once share one unpacked ffmpeg,"
          + " and it runs")
  @Contract({"compute.md 1 external tools", "store.md 7 tools", "store.md 11 tools at start"})
  void concurrentInstall() throws IOException {
    CompletableFuture<String> one = CompletableFuture.supplyAsync(this::unpack);
    CompletableFuture<String> other = CompletableFuture.supplyAsync(this::unpack);
    assertThat(one.join()).isEqualTo(other.join()).startsWith(bundled());
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).hasSize(1);
    }
  }

  private String unpack() {
    return new FfmpegInstall(folder, List.of()).find().version();
  }

  private static String bundled() {
    return FfmpegInstall.bundledVersion().orElseThrow();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  @DisplayName("A system ffmpeg is used if it is newer than ours, and not if it is older")
  void prefersNewerSystem() throws IOException {
    fake(folder.resolve("old"), "5.1.8-0+deb12u1");
    fake(folder.resolve("new"), "99.1");
    assertThat(
            new FfmpegInstall(
                    folder.resolve("tools"), List.of(folder.resolve("old"), folder.resolve("new")))
                .find()
                .version())
        .isEqualTo("99.1");
    assertThat(
            new FfmpegInstall(Path.of("target", "tools"), List.of(folder.resolve("old")))
                .find()
                .version())
        .isEqualTo(bundled());
  }

  @ParameterizedTest(name = "{0} against {1}: {2}")
  @CsvSource({"8.0.1,8.0.1,0", "8.1,8.0.1,1", "7.1.1,8.0.1,-1", "8.0,8.0.0,0", "10.0,9.9,1"})
  @DisplayName("Versions compare as numbers")
  void versions(String one, String other, int expected) {
    assertThat(FfmpegInstall.compare(one, other)).isEqualTo(expected);
  }

  @Test
  @DisplayName("Where nothing can be unpacked, the reason is told and trying later is right")
  void unusable() {
    Path file = Fixtures.write(folder, "occupied", new byte[1]);
    Ffmpeg none = new Ffmpeg(new FfmpegInstall(file.resolve("tools"), List.of()), TEN_SECONDS);
    assertThat(none.available()).isFalse();
    assertThatThrownBy(none::version)
        .isInstanceOf(RetryableException.class)
        .hasMessageContaining("could not be unpacked into");
  }

  @Test
  @Timeout(20)
  @DisplayName("A child that takes too long is killed")
  @Contract("store.md 7 tools")
  void timeout() {
    List<String> endless =
        List.of("-re", "-f", "lavfi", "-i", "testsrc", "-t", "60", "-f", "null", "-");
    assertThatThrownBy(() -> Fixtures.FFMPEG.run(endless, Duration.ofSeconds(1)))
        .isInstanceOf(UnprocessableMediaException.class)
        .hasMessageContaining("within 1 s");
  }

  @Test
  @DisplayName("A playlist that names other files is not followed, and no path is told")
  void playlist() {
    Path list =
        Fixtures.write(
            folder,
            "a.mp4",
            "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> Fixtures.FFMPEG.probe(List.of("-show_format"), list))
        .isInstanceOf(UnprocessableMediaException.class)
        .hasMessageNotContaining(folder.toString());
  }

  @Test
  @DisplayName("The stub library is a small ELF object that carries its name")
  void stub() {
    byte[] stub = ElfStub.library("libpulse.so.0", "amd64");
    assertThat(stub).startsWith(0x7f, 'E', 'L', 'F', 2, 1).hasSizeLessThan(512);
    assertThat(new String(stub, StandardCharsets.ISO_8859_1)).contains("libpulse.so.0");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  @DisplayName("A child that wants more memory than it may have ends, and the error names the knob")
  void memory() {
    List<String> huge =
        List.of(
            "-f", "lavfi", "-i", "testsrc=size=16000x12000", "-frames:v", "1", "-f", "null", "-");
    Ffmpeg narrow = new Ffmpeg(Path.of("target", "tools"), TEN_SECONDS.multipliedBy(6), 512L << 20);

    assertThatThrownBy(() -> narrow.run(huge))
        .isInstanceOf(UnprocessableMediaException.class)
        .hasMessageContaining("minsight.media.ffmpeg-memory");
  }
}
