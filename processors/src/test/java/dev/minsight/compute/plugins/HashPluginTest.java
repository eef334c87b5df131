package dev.minsight.compute.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.compute.plugins.HashPlugin.Algorithm;
import dev.minsight.media.Fixtures;
import dev.minsight.testing.Contract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HashPluginTest {

  private static final byte[] HELLO = "hello, world\n".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;
  private PluginRun<HashPlugin.Wanted, HashPlugin.Found> plugin;

  @BeforeEach
  void plugIn() {
    plugin = new PluginRun<>(new HashPlugin(Fixtures.DECODER, Fixtures.FFMPEG), folder);
  }

  private static String digest(String algorithm, byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
  }

  @Test
  @DisplayName(
      "compute.md 5.6 params: output_path is output/hash.json, algorithm sha512 by default")
  @Contract("compute.md 5.6 params")
  void defaults() {
    HashPlugin.Wanted wanted = plugin.parameters(Map.of());

    assertThat(wanted.algorithm()).isEqualTo(Algorithm.SHA512);
    assertThat(new HashPlugin(Fixtures.DECODER, Fixtures.FFMPEG).outputPath(wanted, "a.jpg"))
        .isEqualTo("output/hash.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha256", "", "SHA512"})
  @DisplayName("compute.md 5.6 fields: an algorithm other than sha512 and md5 is refused")
  @Contract("compute.md 5.6 fields")
  void unknownAlgorithm(String algorithm) {
    assertThatThrownBy(() -> plugin.parameters(Map.of("algorithm", algorithm)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @DisplayName("compute.md 5.6 md5: MD5 of the bytes, and a picture's perceptual hashes beside it")
  @Contract({"compute.md 5.6 fields", "compute.md 5.6 md5"})
  void md5() throws Exception {
    byte[] jpeg = Fixtures.jpeg(64, 48);
    Path file = Fixtures.write(folder, "a.jpg", jpeg);

    var done = plugin.run(file, Map.of("algorithm", "md5"));

    assertThat(done.output().algorithm()).isEqualTo("md5");
    assertThat(done.output().hashValue()).isEqualTo(digest("MD5", jpeg));
    assertThat(done.output().phash()).hasSize(16);
  }

  @Test
  @DisplayName("compute.md 5.6 task_output and file: their keys are the contract's")
  @Contract({
    "compute.md 5.6 task_output",
    "compute.md 5.6 file",
    "compute.md 5.6 sha512_image",
    "compute.md 5.6 disagreement",
    "compute.md 5.6 BUG",
    "compute.md 5.10 embedding, metadata, thumbnail_path, phash"
  })
  void keys() throws IOException {
    Path file = Path.of("src/test/resources/modes/rgb.png");

    var done = plugin.run(file, Map.of());

    assertThat(done.taskOutput())
        .containsOnlyKeys("media_type", "hash_value", "algorithm", "ahash", "dhash", "phash")
        .containsEntry("media_type", "image")
        .containsEntry("algorithm", "sha512_image")
        .containsEntry("phash", "870d173d236f4956")
        .containsEntry("dhash", "fef8f3c79c3364c9")
        .containsEntry("ahash", "071e3873cf9bb66c");
    assertThat(done.output().hashValue()).startsWith("564482190d4920d71f0b91c0a64477ad");
    JsonNode json = done.json("output/hash.json");
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly("hash_value", "algorithm", "media_type", "process_time");
    assertThat(json.path("hash_value").asText()).isEqualTo(done.output().hashValue());
    assertThat(json.path("media_type").asText()).isEqualTo("image");
    assertThat(json.path("process_time").isDouble()).isTrue();
    assertThat(json.path("process_time").asDouble()).isPositive();
  }

  /** Made by the reference's rule with ffprobe 8.0.1 over all frames, and Python's hashlib. */
  @ParameterizedTest
  @CsvSource({
    "video/bottle_detection.mp4, 1e2d5dd6cb97c6a16f4e4ba6081063ce4398c5004b68286234d8977936b09a39",
    "video/car_detection.mp4, 35fba6b737e86f7299e0310f4c21ac92d9c1f5fe9d46a2e879f6db92fb15378b",
    "video/with_gps.mov, 94b8ebe486edf8d252318eeffdea8030c3b3ee4fe6e2d25745d4c20acc9115b4",
    "video/with_gps.mp4, 9b77f91eb8fda343d12d0a66f36cbfe09f8a0f5406f46005c89f9023e88c071b"
  })
  @DisplayName("compute.md 5.6 sha512_video: the bytes of the I-frames where ffprobe finds them")
  @Contract("compute.md 5.6 sha512_video")
  void video(String name, String beginning) {
    var done = plugin.run(Fixtures.shared(name), Map.of());

    assertThat(done.taskOutput())
        .containsEntry("media_type", "video")
        .containsEntry("algorithm", "sha512_video")
        .containsEntry("phash", null);
    assertThat(done.output().hashValue()).hasSize(128).startsWith(beginning);
  }

  @Test
  @DisplayName("compute.md 5.6 sha512_video: sound and metadata do not count, rotation neither")
  @Contract("compute.md 5.6 sha512_video")
  void videoWithoutSound() {
    Path film = Fixtures.shared("video/car_detection.mp4");
    Path other = folder.resolve("silent.mp4");
    Fixtures.FFMPEG.run(
        List.of(
            "-display_rotation",
            "90",
            "-i",
            "file:" + film,
            "-an",
            "-c",
            "copy",
            "-metadata",
            "title=other",
            "file:" + other));

    assertThat(plugin.run(other, Map.of()).output().hashValue())
        .isEqualTo(plugin.run(film, Map.of()).output().hashValue());
  }

  static Stream<Object[]> others() {
    return Stream.of(
        new Object[] {"text", HELLO},
        new Object[] {"url", "https://example.org/a?b=c#d\n".getBytes()},
        new Object[] {"url", "  ftp://example.org\r\n".getBytes()},
        new Object[] {"text", "https://example.org/a\nhttps://example.org/b\n".getBytes()},
        new Object[] {"text", "see https://example.org/a".getBytes()},
        new Object[] {"text", ("https://example.org/" + "a".repeat(9000)).getBytes()},
        new Object[] {"audio", BadInput.wav()},
        new Object[] {"file", new byte[] {0, 1, 2, 3, 4, 5, 6, 7}},
        new Object[] {"file", new byte[0]});
  }

  @ParameterizedTest
  @MethodSource("others")
  @DisplayName("compute.md 5.6 sha512_generic and 5.10 media type: by content, of the bytes")
  @Contract({"compute.md 5.6 sha512_generic", "compute.md 5.10 media type detection"})
  void generic(String mediaType, byte[] bytes) throws Exception {
    Path file = Fixtures.write(folder, "a.jpg", bytes);

    var done = plugin.run(file, Map.of());

    assertThat(done.taskOutput())
        .containsEntry("media_type", mediaType)
        .containsEntry("algorithm", "sha512_generic")
        .containsEntry("hash_value", digest("SHA-512", bytes))
        .containsEntry("ahash", null)
        .containsEntry("dhash", null)
        .containsEntry("phash", null);
  }
}
