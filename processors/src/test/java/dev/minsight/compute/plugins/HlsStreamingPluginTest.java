package dev.minsight.compute.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.compute.JobGoneException;
import dev.minsight.support.ApiException;
import dev.minsight.support.MinsightProperties;
import dev.minsight.support.RetryableException;
import dev.minsight.support.UnprocessableMediaException;
import dev.minsight.testing.Contract;
import dev.minsight.testing.TestSettings;
import dev.minsight.testing.Videos;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.FileSystemUtils;

/** compute.md 5.7. */
class HlsStreamingPluginTest {

  private static final String SMALL =
      "[{\"resolution\":48,\"bitrate\":100},{\"resolution\":96,\"bitrate\":200}]";
  private static final Map<String, String> TWO = Map.of("variants", SMALL);

  @TempDir Path home;

  private Path output() {
    return home.resolve("compute/jobs/7/output");
  }

  private List<String> master() throws IOException {
    return Files.readAllLines(output().resolve("adaptive.m3u8"));
  }

  /** Segments one after the other are one transport stream: what a player has after the last. */
  private JsonNode probe(String playlist) throws IOException {
    Path whole = home.resolve("whole.ts");
    Files.deleteIfExists(whole);
    for (HlsPlaylist.Segment segment : HlsPlaylist.read(output().resolve(playlist)).segments()) {
      Files.write(
          whole,
          Files.readAllBytes(output().resolve(segment.file())),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
    return new ObjectMapper()
        .readTree(
            Videos.FFMPEG.probe(List.of("-show_streams", "-show_format", "-count_frames"), whole));
  }

  private static JsonNode stream(JsonNode probed, String type) {
    for (JsonNode stream : probed.path("streams")) {
      if (stream.path("codec_type").asText().equals(type)) {
        return stream;
      }
    }
    return null;
  }

  private JsonNode picture(String playlist) throws IOException {
    return stream(probe(playlist), "video");
  }

  private static Path shared(String name) {
    Path file = Path.of(System.getProperty("minsight.shared", "../../shared"), "media", name);
    Assumptions.assumeTrue(Files.exists(file), "skipped: no shared media at " + file);
    return file;
  }

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(home.resolve(name), bytes);
  }

  private Path generated(String name, String source, String... more) {
    List<String> arguments = new ArrayList<>(List.of("-f", "lavfi", "-i", source));
    arguments.addAll(List.of(more));
    return Videos.write(arguments, home.resolve(name));
  }

  private void assertUnprocessable(Path file, String... reason) {
    assertThatThrownBy(() -> new HlsRun(home, file).run(TWO))
        .as(file.toString())
        .isInstanceOf(UnprocessableMediaException.class)
        .message()
        .contains(Arrays.asList(reason))
        .isNotBlank()
        .doesNotContain(file.toString());
    assertThat(output().resolve("adaptive.m3u8")).doesNotExist();
  }

  @Test
  @DisplayName("compute.md 5.7 task_output, files: a master, two variants, segments of 2 s")
  @Contract({"compute.md 5.7 task_output", "compute.md 5.7 files", "compute.md 5.7 encoding"})
  void upload() throws IOException {
    Path video = Videos.withSound(home.resolve("v.mp4"), 160, 120, 5);

    HlsStreamingPlugin.Found found = new HlsRun(home, video).run(TWO);

    assertThat(found).isEqualTo(new HlsStreamingPlugin.Found("output/adaptive.m3u8", 2, 6, false));
    assertThat(master())
        .startsWith("#EXTM3U")
        .containsSubsequence("adaptive-96p-200.m3u8", "adaptive-48p-100.m3u8")
        .anyMatch(line -> line.matches("#EXT-X-STREAM-INF:BANDWIDTH=\\d+,.*RESOLUTION=128x96"))
        .anyMatch(line -> line.matches("#EXT-X-STREAM-INF:BANDWIDTH=\\d+,.*RESOLUTION=64x48"));
    for (String variant : List.of("adaptive-48p-100", "adaptive-96p-200")) {
      assertThat(Files.readAllLines(output().resolve(variant + ".m3u8")))
          .contains("#EXT-X-PLAYLIST-TYPE:EVENT", "#EXT-X-TARGETDURATION:2")
          .endsWith(variant + "-002.ts", "#EXT-X-ENDLIST");
      JsonNode probed = probe(variant + ".m3u8");
      assertThat(stream(probed, "video").path("codec_name").asText()).isEqualTo("h264");
      assertThat(stream(probed, "video").path("nb_read_frames").asInt()).isEqualTo(125);
      assertThat(stream(probed, "audio").path("codec_name").asText()).isEqualTo("aac");
      assertThat(probed.path("format").path("duration").asDouble()).isCloseTo(5, within(0.2));
    }
    try (Stream<Path> files = Files.list(output())) {
      assertThat(files).noneMatch(file -> file.toString().endsWith(".tmp"));
    }
  }

  @Test
  @DisplayName("compute.md 5.7 variants: 720p at 3500k and 480p at 1500k by default; no audio")
  @Contract({"compute.md 5.7 variants item", "compute.md 5.7 encoding"})
  void defaults() throws IOException {
    Path video = Videos.silent(home.resolve("v.mp4"), 64, 48, 1);

    HlsStreamingPlugin.Found found = new HlsRun(home, video).run(Map.of());

    assertThat(found.variantsGenerated()).isEqualTo(2);
    assertThat(output().resolve("adaptive-720p-3500-000.ts")).isRegularFile();
    JsonNode probed = probe("adaptive-480p-1500.m3u8");
    assertThat(stream(probed, "video").path("height").asInt()).isEqualTo(480);
    assertThat(stream(probed, "audio")).isNull();
  }

  @Test
  @DisplayName("compute.md 5.7 original: packed beside the variants, not in the master")
  @Contract("compute.md 5.7 files")
  void original() throws IOException {
    Path video = Videos.withSound(home.resolve("v.mp4"), 160, 120, 3);

    HlsStreamingPlugin.Found found =
        new HlsRun(home, video).run(Map.of("variants", SMALL, "include_original", "true"));

    assertThat(found.includeOriginal()).isTrue();
    assertThat(found.variantsGenerated()).isEqualTo(2);
    assertThat(output().resolve("adaptive-orig-000.ts")).isRegularFile();
    assertThat(master()).noneMatch(line -> line.contains("orig"));
    JsonNode picture = picture("adaptive-orig.m3u8");
    assertThat(picture.path("width").asInt()).isEqualTo(160);
    assertThat(picture.path("nb_read_frames").asInt()).isEqualTo(75);
  }

  @Test
  @DisplayName("compute.md 5.7 original: a video that no player of HLS knows has variants only")
  void foreignOriginal() throws IOException {
    Path video = home.resolve("v.webm");
    String source = "testsrc=size=64x48:rate=10:duration=1";
    Videos.FFMPEG.run(List.of("-f", "lavfi", "-i", source, "-c:v", "libvpx", "file:" + video));

    HlsStreamingPlugin.Found found =
        new HlsRun(home, video).run(Map.of("variants", SMALL, "include_original", "true"));

    assertThat(found.includeOriginal()).isFalse();
    assertThat(output().resolve("adaptive-orig.m3u8")).doesNotExist();
    assertThat(found.totalSegments()).isEqualTo(2);
  }

  @Test
  @DisplayName("compute.md 5.7 path jobs: the stream lies where asked, its playlist is absolute")
  @Contract({"compute.md 5.7 master_playlist", "compute.md 5.7 ref-store use"})
  void byPath() throws IOException {
    Path media = Files.createDirectories(home.resolve("media/store"));
    Path video = Videos.silent(media.resolve("v.mp4"), 64, 48, 1);
    Path target = home.resolve("media/streams/video/mp4/media_7");

    HlsStreamingPlugin.Found found =
        new HlsRun(home, null)
            .run(
                Map.of(
                    "variants",
                    SMALL,
                    "input_absolute_path",
                    video.toString(),
                    "output_absolute_path",
                    target.toString()));

    assertThat(found.masterPlaylist()).isEqualTo(target.resolve("adaptive.m3u8").toString());
    assertThat(target.resolve("adaptive-96p-200-000.ts")).isRegularFile();
    assertThat(target.resolve("adaptive.m3u8")).isRegularFile();
    assertThat(output()).doesNotExist();
  }

  @Test
  @DisplayName("compute.md 5.7 idempotence: complete variants stay, missing ones join the master")
  @Contract("compute.md 5.7 idempotence")
  void again() throws IOException {
    Path video = Videos.silent(home.resolve("v.mp4"), 64, 48, 3);
    new HlsRun(home, video).run(Map.of("variants", "[{\"resolution\":96,\"bitrate\":200}]"));
    Path kept = output().resolve("adaptive-96p-200-000.ts");
    Object made = Files.getLastModifiedTime(kept);
    // What a killed try leaves: a playlist without an end, a segment, a file half-written.
    Files.writeString(output().resolve("adaptive-48p-100.m3u8"), "#EXTM3U\n");
    Files.writeString(output().resolve("adaptive-48p-100-009.ts"), "x");
    Files.writeString(output().resolve("adaptive-48p-100-000.ts.tmp"), "x");

    HlsRun second = new HlsRun(home, video);
    HlsStreamingPlugin.Found found =
        second.run(Map.of("variants", "[{\"resolution\":48,\"bitrate\":100}]"));

    assertThat(found.variantsGenerated()).isEqualTo(1);
    assertThat(found.totalSegments()).isEqualTo(4);
    assertThat(Files.getLastModifiedTime(kept)).isEqualTo(made);
    assertThat(master()).containsSubsequence("adaptive-96p-200.m3u8", "adaptive-48p-100.m3u8");
    assertThat(output().resolve("adaptive-48p-100-009.ts")).doesNotExist();
    assertThat(output().resolve("adaptive-48p-100-000.ts.tmp")).doesNotExist();
    assertThat(second.told).as("playable from the beginning").anyMatch(p -> p > 0 && p < 99);
  }

  @Test
  @DisplayName("compute.md 5.7 progress: told as soon as it can be played, which is while it grows")
  @Contract("compute.md 5.7 progress")
  void playableWhileEncoding() throws IOException {
    Path video = Videos.silent(home.resolve("v.mp4"), 320, 240, 60);
    AtomicReference<String> seen = new AtomicReference<>();
    HlsRun run =
        new HlsRun(home, video)
            .telling(
                percent -> {
                  if (percent > 0) {
                    seen.compareAndSet(null, asPlayed());
                  }
                });

    run.run(Map.of("variants", "[{\"resolution\":480,\"bitrate\":500}]"));

    assertThat(seen.get()).as("when first told of").isEqualTo("one variant, growing");
    assertThat(run.told).isSorted().startsWith(0).endsWith(99);
    assertThat(run.told).anyMatch(percent -> percent > 1 && percent < 95);
  }

  private String asPlayed() {
    try {
      HlsPlaylist playlist = HlsPlaylist.read(output().resolve(master().get(master().size() - 1)));
      boolean there =
          playlist.segments().stream()
              .allMatch(segment -> Files.isRegularFile(output().resolve(segment.file())));
      return there && !playlist.segments().isEmpty() && !playlist.ended()
          ? "one variant, growing"
          : playlist.toString();
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  @DisplayName("A job that is gone ends its encoding at once, with the child")
  void gone() {
    Path video = Videos.silent(home.resolve("v.mp4"), 320, 240, 60);
    HlsRun run =
        new HlsRun(home, video)
            .telling(
                percent -> {
                  if (percent > 0) {
                    throw new JobGoneException("7");
                  }
                });

    assertThatThrownBy(() -> run.run(TWO)).isInstanceOf(JobGoneException.class);

    assertThat(ffmpegChildren()).isEmpty();
  }

  @Test
  @DisplayName("Progress that cannot be told does not cost the encoding")
  void progressTrouble() throws IOException {
    Path video = Videos.silent(home.resolve("v.mp4"), 160, 120, 10);
    HlsRun run =
        new HlsRun(home, video)
            .telling(
                percent -> {
                  if (percent > 0 && percent < 95) {
                    throw new IllegalStateException("the database is busy");
                  }
                });

    assertThat(run.run(TWO).totalSegments()).isEqualTo(10);
  }

  @Test
  @DisplayName("An interrupt ends the encoding, with the child; the next try makes it whole")
  void interrupted() throws IOException {
    Path video = Videos.silent(home.resolve("v.mp4"), 320, 240, 30);
    HlsRun run =
        new HlsRun(home, video)
            .telling(
                percent -> {
                  if (percent > 0) {
                    Thread.currentThread().interrupt();
                  }
                });

    assertThatThrownBy(() -> run.run(TWO)).isInstanceOf(RetryableException.class);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(ffmpegChildren()).isEmpty();
    assertThat(new HlsRun(home, video).run(TWO).totalSegments()).isEqualTo(30);
  }

  private static Stream<ProcessHandle> ffmpegChildren() {
    return ProcessHandle.current()
        .children()
        .filter(child -> child.info().command().orElse("").contains("ffmpeg"));
  }

  @Test
  @DisplayName("A video that takes longer than minsight.compute.hls-timeout fails and says so")
  void timeLimit() throws IOException {
    Path video = Videos.silent(home.resolve("v.mp4"), 320, 240, 60);
    MinsightProperties base = TestSettings.at(home);
    MinsightProperties.Compute usual = base.compute();
    MinsightProperties impatient =
        new MinsightProperties(
            base.home(),
            base.host(),
            base.roles(),
            base.ports(),
            base.mqtt(),
            base.auth(),
            base.api(),
            base.ingest(),
            base.media(),
            new MinsightProperties.Compute(
                usual.lease(),
                usual.priorityStep(),
                usual.maxDeaths(),
                usual.keepJobs(),
                usual.webhooks(),
                usual.webhookSecret(),
                Duration.ofMillis(300)),
            base.worker(),
            base.pipeline(),
            base.housekeeping(),
            base.models());

    assertThatThrownBy(() -> new HlsRun(impatient, video).run(Map.of()))
        .isInstanceOf(UnprocessableMediaException.class)
        .hasMessageContaining("minsight.compute.hls-timeout");

    try (Stream<Path> left = Files.list(output())) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  @DisplayName("A stream whose folder is removed meanwhile is not the video's fault")
  void folderRemoved() {
    Path video = Videos.silent(home.resolve("v.mp4"), 320, 240, 60);
    HlsRun run =
        new HlsRun(home, video)
            .telling(
                percent -> {
                  if (percent > 0) {
                    FileSystemUtils.deleteRecursively(output().toFile());
                  }
                });

    assertThatThrownBy(() -> run.run(TWO))
        .isInstanceOf(RetryableException.class)
        .hasMessageContaining("removed");
    assertThat(output()).doesNotExist();
  }

  @Test
  @DisplayName("Two jobs for one folder do not write into each other's files")
  void oneAtATime() throws IOException {
    Path video = Videos.silent(home.resolve("v.mp4"), 64, 48, 2);
    HlsRun first = new HlsRun(home, video);
    AtomicReference<Throwable> refused = new AtomicReference<>();
    first.telling(
        percent -> {
          if (percent == 99) {
            try {
              first.plugin.run(HlsRun.wanted(TWO), new HlsRun(home, video));
            } catch (IOException | RuntimeException e) {
              refused.set(e);
            }
          }
        });

    first.run(TWO);

    assertThat(refused.get())
        .isInstanceOf(RetryableException.class)
        .hasMessageContaining("another job");
    assertThat(first.plugin.run(HlsRun.wanted(TWO), new HlsRun(home, video)).output())
        .extracting(HlsStreamingPlugin.Found::totalSegments)
        .isEqualTo(2);
  }

  @Test
  @DisplayName("A rotated video is streamed upright")
  void rotated() throws IOException {
    HlsStreamingPlugin.Found found = new HlsRun(home, shared("video/with_gps.mov")).run(TWO);

    assertThat(found.totalSegments()).isEqualTo(4);
    JsonNode picture = picture("adaptive-96p-200.m3u8");
    assertThat(picture.path("width").asInt()).isEqualTo(54);
    assertThat(picture.path("height").asInt()).isEqualTo(96);
    assertThat(master()).anyMatch(line -> line.endsWith("RESOLUTION=54x96"));
  }

  @Test
  @DisplayName("A video of irregular frames keeps its times, at an ordinary rate")
  void variableFrameRate() throws IOException {
    Path video =
        generated(
            "v.mkv",
            "testsrc=size=64x48:rate=30:duration=4",
            "-vf",
            "setpts='if(lt(N,60),N/30,5+(N-60)/11)/TB'",
            "-fps_mode",
            "vfr");

    new HlsRun(home, video).run(TWO);

    JsonNode probed = probe("adaptive-48p-100.m3u8");
    assertThat(probed.path("format").path("duration").asDouble()).isCloseTo(10.4, within(0.5));
    assertThat(stream(probed, "video").path("nb_read_frames").asInt()).isBetween(100, 700);
    assertThat(Files.readAllLines(output().resolve("adaptive-48p-100.m3u8")))
        .contains("#EXT-X-TARGETDURATION:2");
  }

  @Test
  @DisplayName("Slow motion is shown at 60 frames a second")
  void slowMotion() throws IOException {
    Path video = generated("slow.mp4", "testsrc=size=64x48:rate=240:duration=1");

    new HlsRun(home, video).run(TWO);

    assertThat(picture("adaptive-48p-100.m3u8").path("nb_read_frames").asInt()).isBetween(58, 63);
  }

  @Test
  @DisplayName("Odd sizes are evened; null takes the video's own height and a fitting bit rate")
  void odd() throws IOException {
    Path video = generated("v.mp4", "testsrc=size=98x76:rate=10:duration=1");

    new HlsRun(home, video)
        .run(Map.of("variants", "[{\"resolution\":51,\"bitrate\":150},{\"resolution\":null}]"));

    JsonNode odd = picture("adaptive-51p-150.m3u8");
    assertThat(odd.path("height").asInt()).isEqualTo(50);
    assertThat(odd.path("width").asInt()).isEqualTo(64);
    assertThat(output().resolve("adaptive-76p-100.m3u8")).isRegularFile();
  }

  @Test
  @DisplayName("A video cut off before its end is streamed as far as it goes")
  void truncated() throws IOException {
    Path plain = Videos.silent(home.resolve("v.mp4"), 160, 120, 20);
    Path indexed = home.resolve("indexed.mp4");
    Videos.FFMPEG.run(
        List.of("-i", "file:" + plain, "-c", "copy", "-movflags", "+faststart", "file:" + indexed));
    byte[] bytes = Files.readAllBytes(indexed);
    Path half = file("half.mp4", Arrays.copyOf(bytes, bytes.length / 2));

    HlsStreamingPlugin.Found found = new HlsRun(home, half).run(TWO);

    assertThat(found.totalSegments()).isBetween(6, 16);
    assertThat(Files.readAllLines(output().resolve("adaptive-48p-100.m3u8")))
        .endsWith("#EXT-X-ENDLIST");
  }

  @Test
  @DisplayName("Bad input: a playlist that names files of the server is no video")
  void playlist() throws IOException {
    assertUnprocessable(
        file(
            "list.mp4",
            "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n".getBytes(StandardCharsets.UTF_8)),
        "cannot read");
  }

  @Test
  @DisplayName("Bad input: a picture so narrow that a variant would vanish")
  void narrow() {
    Path video = generated("v.mp4", "testsrc=size=16x1200:rate=5:duration=1");
    assertUnprocessable(video, "16 x 1200", "pixels wide");
  }

  @Test
  @DisplayName("The rates in the master are what the segments need")
  void rates() throws IOException {
    new HlsRun(home, shared("video/car_detection.mp4"))
        .run(Map.of("variants", "[{\"resolution\":240,\"bitrate\":400}]"));

    String line = master().stream().filter(l -> l.contains("STREAM-INF")).findFirst().orElse("");
    assertThat(line).contains("RESOLUTION=426x240");
    int peak = Integer.parseInt(line.replaceAll(".*:BANDWIDTH=(\\d+),.*", "$1"));
    int average = Integer.parseInt(line.replaceAll(".*AVERAGE-BANDWIDTH=(\\d+).*", "$1"));
    assertThat(peak).isBetween(200_000, 1_500_000).isGreaterThan(average);
  }

  @Test
  @DisplayName("compute.md 5.7: neither file nor path is 400; paths out of the media folder, 422")
  @Contract({
    "compute.md 5.7 neither file nor input path",
    "compute.md 5.7 path-job BUG",
    "compute.md 5.7 security"
  })
  void checks() {
    String in = "input_absolute_path";
    String out = "output_absolute_path";
    assertRefused(Map.of(), false, 400, "Either file or input_absolute_path must be provided");
    assertRefused(Map.of(in, " "), false, 400, "Either file");
    assertRefused(Map.of(in, "store/v.mp4"), false, 422, "output_absolute_path must be provided");
    assertRefused(Map.of(in, "/etc/passwd", out, "x"), false, 422, "input_absolute_path must lie");
    assertRefused(Map.of(in, "v.mp4", out, "../db"), false, 422, "output_absolute_path must lie");
    assertRefused(Map.of(in, "v\0.mp4", out, "x"), false, 422, "input_absolute_path is no path");
    assertRefused(Map.of(in, "v.mp4", out, "x"), true, 422, "exclude each other");
    assertAccepted(Map.of(), true);
    String absolute = home.resolve("media/v.mp4").toString();
    assertAccepted(Map.of(in, absolute, out, "streams/x"), false);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "[]",
        "null",
        "[null]",
        "[{\"resolution\":15}]",
        "[{\"resolution\":4321}]",
        "[{\"resolution\":720,\"bitrate\":99}]",
        "[{\"resolution\":720,\"bitrate\":300001}]",
        "[{},{},{},{},{},{},{},{},{},{},{}]"
      })
  @DisplayName("compute.md 5.7 variants: what is out of bounds is 422")
  @Contract("compute.md 5.7 variants item")
  void variantsOutOfBounds(String variants) {
    assertRefused(Map.of("variants", variants), true, 422, "variant");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "[{\"resolution\":16,\"bitrate\":100}]",
        "[{\"resolution\":4320,\"bitrate\":300000}]",
        "[{}]",
        "[{\"resolution\":\"720\",\"bitrate\":null}]"
      })
  @DisplayName("compute.md 5.7 variants: the bounds themselves and open choices are fine")
  @Contract("compute.md 5.7 variants item")
  void variantsWithinBounds(String variants) {
    assertAccepted(Map.of("variants", variants), true);
  }

  private void assertAccepted(Map<String, String> form, boolean hasFile) {
    new HlsRun(home, null).plugin.check(HlsRun.wanted(form), hasFile);
  }

  private void assertRefused(Map<String, String> form, boolean hasFile, int status, String why) {
    assertThatThrownBy(() -> assertAccepted(form, hasFile))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining(why)
        .extracting(refusal -> ((ApiException) refusal).status())
        .isEqualTo(status);
  }

  @Test
  @DisplayName("A path job whose file is not there fails at once, without telling where it looked")
  void noSuchFile() {
    Map<String, String> form =
        Map.of("input_absolute_path", "none.mp4", "output_absolute_path", "out");

    assertThatThrownBy(() -> new HlsRun(home, null).run(form))
        .isInstanceOf(UnprocessableMediaException.class)
        .hasMessageContaining("input_absolute_path")
        .hasMessageNotContaining(home.toString());
    assertThat(home.resolve("media/out")).doesNotExist();
  }
}
