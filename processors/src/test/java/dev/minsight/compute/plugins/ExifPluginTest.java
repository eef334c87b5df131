package dev.minsight.compute.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.media.Fixtures;
import dev.minsight.media.MediaLimits;
import dev.minsight.testing.Contract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExifPluginTest {

  private static final String[] FIELDS = {
    "make",
    "model",
    "date_time_original",
    "create_date",
    "image_width",
    "image_height",
    "orientation",
    "iso",
    "f_number",
    "exposure_time",
    "focal_length",
    "gps_latitude",
    "gps_longitude",
    "gps_altitude",
    "software",
    "raw_metadata",
    "metadata"
  };

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private PluginRun<ExifPlugin.Wanted, ExifPlugin.Found> plugin;

  @BeforeEach
  void plugIn() {
    plugin = new PluginRun<>(new ExifPlugin(MediaLimits.defaults(), Fixtures.FFMPEG), folder);
  }

  private ExifPlugin.Found read(Path file) {
    return plugin.run(file, Map.of()).output();
  }

  @Test
  @DisplayName("compute.md 5.3 task_output: a camera's photo fills every typed field it can")
  @Contract({"compute.md 5.3 task_output", "compute.md 5.3 field map"})
  void typedFields() {
    var done = plugin.run(Fixtures.shared("formats/img_2682.heic"), Map.of());

    assertThat(done.taskOutput()).containsOnlyKeys(FIELDS);
    ExifPlugin.Found found = done.output();
    assertThat(found.make()).isEqualTo("Apple");
    assertThat(found.model()).isEqualTo("iPhone 7");
    assertThat(found.software()).isEqualTo("12.1.4");
    assertThat(found.dateTimeOriginal()).isEqualTo("2019:03:21 11:04:22");
    assertThat(found.createDate()).isEqualTo("2019:03:21 11:04:22");
    assertThat(found.imageWidth()).isEqualTo(4032);
    assertThat(found.imageHeight()).isEqualTo(3024);
    assertThat(found.orientation()).isEqualTo(1);
    assertThat(found.iso()).isEqualTo(20);
    assertThat(found.fNumber()).isEqualTo(1.8);
    assertThat(found.exposureTime()).isEqualTo("0.001127395716");
    assertThat(found.focalLength()).isEqualTo(3.99);
    assertThat(found.gpsLatitude()).isCloseTo(41.2203, within(1e-6));
    assertThat(found.gpsLongitude()).isCloseTo(-96.071625, within(1e-6));
    assertThat(found.gpsAltitude()).isCloseTo(351.2669335, within(1e-6));
  }

  @ParameterizedTest(name = "{1}: {2}")
  @CsvSource({
    "exif/DSCN0010.jpg, EXIF:Make, \"NIKON\"",
    "exif/DSCN0010.jpg, EXIF:Orientation, 1",
    "exif/DSCN0010.jpg, EXIF:ISO, 64",
    "exif/DSCN0010.jpg, EXIF:FNumber, 5.9",
    "exif/DSCN0010.jpg, EXIF:ExposureTime, 0.01333333333",
    "exif/DSCN0010.jpg, EXIF:XResolution, 300",
    "exif/DSCN0010.jpg, EXIF:ExifVersion, \"0220\"",
    "exif/DSCN0010.jpg, EXIF:ComponentsConfiguration, \"1 2 3 0\"",
    "exif/DSCN0010.jpg, EXIF:FileSource, 3",
    "exif/DSCN0010.jpg, EXIF:GPSLatitude, 43.46744833",
    "exif/DSCN0010.jpg, EXIF:GPSLatitudeRef, \"N\"",
    "exif/DSCN0010.jpg, EXIF:GPSTimeStamp, \"14:27:07.24\"",
    "exif/DSCN0010.jpg, File:ImageWidth, 640",
    "exif/DSCN0010.jpg, File:MIMEType, \"image/jpeg\"",
    "exif/DSCN0010.jpg, File:FileType, \"JPEG\"",
    "exif/DSCN0010.jpg, File:FileSize, 161713",
    "exif/DSCN0010.jpg, Composite:ImageSize, \"640 480\"",
    "exif/DSCN0010.jpg, Composite:Megapixels, 0.3072",
    "exif/DSCN0010.jpg, Composite:GPSDateTime, \"2008:10:23 14:27:07.24Z\"",
    "exif/canon_40d.jpg, EXIF:ApertureValue, 7.025008641",
    "exif/canon_40d.jpg, EXIF:GPSVersionID, \"2 2 0 0\"",
    "exif/canon_40d.jpg, Composite:ShutterSpeed, 0.00625",
    "formats/img_2682.heic, EXIF:LensInfo, \"3.99 3.99 1.8 1.8\"",
    "formats/img_2682.heic, Composite:GPSLongitude, -96.071625",
    "formats/img_2682.heic, QuickTime:ImageWidth, 4032",
    "formats/rgba32.png, PNG:ImageHeight, 1200",
    "formats/denali.webp, RIFF:ImageWidth, 600",
    "formats/baseball.gif, GIF:ImageWidth, 185"
  })
  @DisplayName("compute.md 5.3 BUG, REC: raw_metadata is grouped as exiftool -G -n has it")
  @Contract({"compute.md 5.3 BUG", "compute.md 5.10 embedding, metadata, thumbnail_path, phash"})
  void grouped(String name, String key, String json) throws IOException {
    var done = plugin.run(Fixtures.shared(name), Map.of());

    JsonNode raw = done.wire().path("raw_metadata");
    assertThat(raw.path(key).toString()).isEqualTo(json);
    assertThat(done.wire().path("metadata")).isEqualTo(raw);
  }

  @Test
  @DisplayName("Maker notes, XMP and IPTC are there, in groups of their own")
  void otherGroups() {
    Map<String, Object> canon = read(Fixtures.shared("exif/canon_ixus.jpg")).rawMetadata();
    Map<String, Object> faces =
        read(Fixtures.shared("exif/immich_faces_xmp_portrait.jpg")).rawMetadata();

    assertThat(canon.keySet()).anyMatch(key -> key.startsWith("MakerNotes:"));
    assertThat(faces.keySet()).anyMatch(key -> key.startsWith("XMP:"));
  }

  static Stream<String> photos() {
    return Stream.of("exif", "corrupt", "formats", "video")
        .flatMap(
            name -> {
              Path path = Fixtures.shared(name);
              return Arrays.stream(path.toFile().list()).sorted().map(file -> name + "/" + file);
            });
  }

  @ParameterizedTest
  @MethodSource("photos")
  @DisplayName("compute.md 5.3 privacy: no path of the server, no SourceFile, no Directory")
  @Contract("compute.md 5.3 privacy")
  void noPaths(String name) throws IOException {
    var done = plugin.run(Fixtures.shared(name), Map.of());

    String written = Files.readString(done.file("output/exif_metadata.json"));
    assertThat(written).doesNotContain(Fixtures.shared("exif").getParent().toString());
    assertThat(done.output().rawMetadata())
        .isNotEmpty()
        .doesNotContainKeys("SourceFile", "File:Directory", "File:SourceFile");
    assertThat(written.length()).isLessThan(1 << 20);
  }

  @Test
  @DisplayName("compute.md 5.3 file: the same object, indented by two")
  @Contract("compute.md 5.3 file")
  void file() throws IOException {
    var done = plugin.run(Fixtures.shared("exif/DSCN0010.jpg"), Map.of());

    assertThat(done.json("output/exif_metadata.json"))
        .isEqualTo(JSON.readTree(JSON.writeValueAsString(done.taskOutput())));
    assertThat(Files.readString(done.file("output/exif_metadata.json")))
        .startsWith("{\n  \"make\": \"NIKON\",\n  \"model\": \"COOLPIX P6000\",\n");
  }

  @ParameterizedTest
  @CsvSource({
    "'Make,Model', make, 'Make,Model'",
    "' make , gpslatitude ', lower case, 'Make,GPSLatitude'",
    "'EXIF:Make', with its group, Make",
    "'Make,Make,,NoSuchTag', twice and unknown, Make"
  })
  @DisplayName("compute.md 5.3 tags: only those asked for, without their group, as exiftool does")
  @Contract({"compute.md 5.3 fields", "compute.md 5.3 BUG"})
  void onlyTags(String tags, String how, String keys) {
    var found = plugin.run(Fixtures.shared("exif/DSCN0010.jpg"), Map.of("tags", tags)).output();

    assertThat(found.rawMetadata()).as(how).containsOnlyKeys(keys.split(","));
    assertThat(found.make()).isEqualTo("NIKON");
    assertThat(found.dateTimeOriginal()).isNull();
  }

  @Test
  @DisplayName("A tag of a place asked for has its sign")
  void signed() {
    var found =
        plugin
            .run(
                Fixtures.shared("formats/img_2682.heic"),
                Map.of("tags", "GPSLongitude,ExposureTime"))
            .output();

    assertThat(found.gpsLongitude()).isCloseTo(-96.071625, within(1e-6));
    assertThat(found.exposureTime()).isEqualTo("0.001127395716");
  }

  @Test
  @DisplayName("compute.md 5.3 params: tags is an array, empty by default; a list may be sent, too")
  @Contract("compute.md 5.3 params")
  void params() {
    assertThat(plugin.parameters(Map.of()).tags()).isEmpty();
    assertThat(plugin.parameters(Map.of("tags", "")).tags()).isEmpty();
    assertThat(plugin.parameters(Map.of("tags", "Make, Model")).tags())
        .containsExactly("Make", "Model");
    assertThat(plugin.parameters(Map.of("tags", List.of("Make", "Model"))).tags())
        .containsExactly("Make", "Model");
  }

  @Test
  @DisplayName("A video tells its date, size, length and place through ffprobe")
  void video() {
    ExifPlugin.Found found = read(Fixtures.shared("video/with_gps.mov"));

    assertThat(found.make()).isEqualTo("Apple");
    assertThat(found.model()).isEqualTo("iPhone 6");
    assertThat(found.imageWidth()).isEqualTo(568);
    assertThat(found.imageHeight()).isEqualTo(320);
    assertThat(found.createDate()).matches("\\d{4}:\\d\\d:\\d\\d \\d\\d:\\d\\d:\\d\\d");
    assertThat(found.gpsLatitude()).isCloseTo(32.0929, within(1e-4));
    assertThat(found.gpsLongitude()).isCloseTo(34.862, within(1e-4));
    assertThat((Double) found.rawMetadata().get("QuickTime:Duration")).isCloseTo(4, within(0.1));
    assertThat((Double) found.rawMetadata().get("QuickTime:VideoFrameRate"))
        .isCloseTo(30, within(0.1));
    assertThat(found.rawMetadata()).containsEntry("Composite:Rotation", 90L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hello, world\n", "\0\1\2\3"})
  @DisplayName("compute.md 5.3 tool: what says nothing completes with fields that are null")
  @Contract("compute.md 5.3 tool")
  void nothing(String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    var done = plugin.run(Fixtures.write(folder, "a.jpg", bytes), Map.of());

    for (String field : FIELDS) {
      if (!field.endsWith("metadata")) {
        assertThat(done.taskOutput()).containsEntry(field, null);
      }
    }
    assertThat(done.output().rawMetadata().keySet()).allMatch(key -> key.startsWith("File:"));
  }

  @Test
  @DisplayName(
      "Thousands of tags that all point at the same bytes cost little, and the rest is kept")
  void amplification() {
    // Given a TIFF block of 5000 tags in 64 KB, each of which is 3 KB of text
    int tags = 5_000;
    ByteBuffer tiff = ByteBuffer.allocate(65_000);
    tiff.put("MM\0*".getBytes(StandardCharsets.ISO_8859_1)).putInt(8).putShort((short) tags);
    for (int i = 0; i < tags; i++) {
      tiff.putShort((short) (0x010e + i)).putShort((short) 2).putInt(3_000).putInt(61_000);
    }
    Arrays.fill(tiff.array(), 61_000, 64_000, (byte) 'a');
    String exif = "Exif\0\0" + new String(tiff.array(), StandardCharsets.ISO_8859_1);
    byte[] jpeg = Fixtures.withSegment(Fixtures.jpeg(20, 20), 0xe1, exif);

    // When it is read
    var done = plugin.run(Fixtures.write(folder, "a.jpg", jpeg), Map.of());

    // Then what was read first is there, and the answer is bounded
    assertThat(done.output().rawMetadata()).containsKey("EXIF:ImageDescription");
    assertThat(done.file("output/exif_metadata.json").toFile().length()).isLessThan(2 << 20);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "exif/DSCN0010.jpg",
        "exif/nikon_d70.jpg",
        "exif/immich_faces_xmp_portrait.jpg",
        "formats/test.tif",
        "formats/denali.webp"
      })
  @DisplayName("A photo with any of its first bytes changed still completes")
  void fuzz(String name) throws IOException {
    byte[] bytes = Files.readAllBytes(Fixtures.shared(name));
    Random random = new Random(11);
    for (int round = 0; round < 150; round++) {
      byte[] changed = bytes.clone();
      for (int i = 0; i < 8; i++) {
        // Behind the magic, where the lengths and tags are.
        changed[12 + random.nextInt(Math.min(bytes.length, 3_000) - 12)] = (byte) random.nextInt();
      }

      var done = plugin.run(Fixtures.write(folder, "a.bin", changed), Map.of());

      assertThat(done.output().rawMetadata()).containsKey("File:FileSize");
    }
  }

  @Test
  @DisplayName("A text longer than any real one is cut")
  void longText() {
    int length = 60_000;
    ByteBuffer tiff = ByteBuffer.allocate(26 + length);
    tiff.put("MM\0*".getBytes(StandardCharsets.ISO_8859_1)).putInt(8);
    tiff.putShort((short) 1).putShort((short) 0x010f).putShort((short) 2).putInt(length);
    tiff.putInt(26).putInt(0);
    Arrays.fill(tiff.array(), 26, 26 + length, (byte) 'a');
    String exif = "Exif\0\0" + new String(tiff.array(), StandardCharsets.ISO_8859_1);
    byte[] jpeg = Fixtures.withSegment(Fixtures.jpeg(20, 20), 0xe1, exif);

    ExifPlugin.Found found = read(Fixtures.write(folder, "a.jpg", jpeg));

    assertThat(found.make()).hasSizeLessThan(9_000).startsWith("aaaa").endsWith("...");
  }
}
