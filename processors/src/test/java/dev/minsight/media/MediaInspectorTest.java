package dev.minsight.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.minsight.support.UnprocessableMediaException;
import dev.minsight.testing.Contract;
import dev.minsight.testing.Pictures;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MediaInspectorTest {

  private static final MediaType VIDEO = MediaType.of("video/mp4");

  @TempDir Path folder;

  @Test
  @DisplayName("AC-C10: an image has a size and no duration")
  @Contract({"store.md 7 width", "store.md 7 height"})
  void imageHasNoDuration() {
    MediaFacts facts = Fixtures.inspect(Fixtures.write(folder, "a.jpg", Fixtures.jpeg(30, 20)));
    assertThat(facts.width()).isEqualTo(30);
    assertThat(facts.height()).isEqualTo(20);
    assertThat(facts.orientation()).isEqualTo(1);
    assertThat(facts.durationSeconds()).isNull();
  }

  @Test
  @DisplayName("AC-C15: a PNG cut off behind its header still has its type and size")
  void cutPng() {
    byte[] png = Fixtures.png(1, 1);
    Path file = Fixtures.write(folder, "a.png", Arrays.copyOf(png, png.length - 10));
    assertThat(Fixtures.inspect(file).type().mime()).isEqualTo("image/png");
    assertThat(Fixtures.inspect(file).width()).isEqualTo(1);
  }

  @Test
  @Timeout(20)
  @DisplayName("Half a gigabyte of text, packed into a PNG chunk, is not unpacked")
  void textBomb() {
    byte[] half = new byte[64 << 20];
    byte[] packed = Fixtures.deflate(half);
    byte[] text = new byte[packed.length + 3];
    text[0] = 'k';
    System.arraycopy(packed, 0, text, 3, packed.length);
    byte[] png = Fixtures.png(7, 5, Fixtures.chunk("zTXt", text), Fixtures.chunk("iCCP", text));
    MediaFacts facts = Fixtures.inspect(Fixtures.write(folder, "a.png", png));
    assertThat(facts.width()).isEqualTo(7);
    assertThat(facts.height()).isEqualTo(5);
  }

  @ParameterizedTest(name = "{0} -> {2}")
  @CsvSource({
    "2023:01:01 12:00:00,,1672574400000",
    "2023:01:01 12:00:00,+02:00,1672567200000",
    "2013:07:05 03:18:27Z,,1372994307000",
    "2019-07-24T11:25:53+0300,,1563956753000"
  })
  @DisplayName("AC-I13: a camera's time becomes positive milliseconds")
  @Contract("store.md 7 create date")
  void times(String text, String offset, long millis) {
    assertThat(Timestamps.parse(text, offset, ZoneOffset.UTC)).hasValue(millis);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000:00:00 00:00:00",
        "1904-01-01T00:00:00Z",
        "2023:13:41 25:00:00",
        "yesterday",
        ""
      })
  @DisplayName("AC-I10: a time that is none is null")
  @Contract("store.md 7 failures become null")
  void noTimes(String text) {
    assertThat(Timestamps.parse(text, null, ZoneId.of("UTC"))).isEmpty();
  }

  @Test
  @DisplayName("AC-I11, AC-I12, AC-I14, AC-I15: ffprobe's numbers and texts become numbers")
  @Contract({
    "store.md 1 durations and sizes",
    "store.md 4.1 duration",
    "store.md 7 width",
    "store.md 7 height",
    "store.md 7 duration",
    "store.md 7 numbers",
    "store.md 7 sizes of PNG and video"
  })
  void probeJson() {
    String json =
        """
        {"streams": [{"codec_type": "video", "width": "200", "height": 100.0,
                      "side_data_list": [{"rotation": -90}]}],
         "format": {"duration": "123.45",
                    "tags": {"creation_time": "2019-07-24T08:25:57.000000Z",
                             "location": "+51.4169-000.0806/"}}}""";
    MediaFacts facts = VideoFacts.parse(json, VIDEO, ZoneOffset.UTC);
    assertThat(facts.width()).isEqualTo(100);
    assertThat(facts.height()).isEqualTo(200);
    assertThat(facts.orientation()).isEqualTo(6);
    assertThat(facts.durationSeconds()).isEqualTo(123.45);
    assertThat(facts.createdAtMillis())
        .isEqualTo(Instant.parse("2019-07-24T08:25:57Z").toEpochMilli());
    assertThat(facts.latitude()).isEqualTo(51.4169);
    assertThat(facts.longitude()).isEqualTo(-0.0806);
    assertThat(facts.altitude()).isNull();
  }

  @Test
  @DisplayName("AC-I09, AC-I16: without ffprobe, or with a broken video, fields are null")
  @Contract({"store.md 4.5 hash or tool fails", "store.md 7 failures become null"})
  void brokenVideo() {
    Path file = Fixtures.write(folder, "a.mp4", "\0\0\0\24ftypisom\0\0\0\0isom".getBytes());
    assertThat(Fixtures.inspect(file)).isEqualTo(MediaFacts.unknown(VIDEO));
    Ffmpeg none = new Ffmpeg(Path.of("/dev/null/tools"), Duration.ofSeconds(5));
    MediaFacts facts = new MediaInspector(Fixtures.LIMITS, none).inspect(file, VIDEO);
    assertThat(facts).isEqualTo(MediaFacts.unknown(VIDEO));
  }

  @ParameterizedTest(name = "{0}: {3} {4}")
  @CsvSource({
    "exif/DSCN0010.jpg,43.467448,11.885127,NIKON,COOLPIX P6000",
    "exif/tika_geo.jpg,12.54321,-54.1234,Canon,Canon EOS 40D",
    "formats/img_2682.heic,41.2203,-96.071625,Apple,iPhone 7",
    "formats/htc_desire.webp,45.500667,9.110333,HTC,HTC Desire"
  })
  @DisplayName("Real photos tell where they were taken, with what, and when")
  void realPhotos(String name, double latitude, double longitude, String make, String model) {
    MediaFacts facts = Fixtures.inspect(Fixtures.shared(name));
    assertThat(facts.latitude()).isCloseTo(latitude, within(1e-4));
    assertThat(facts.longitude()).isCloseTo(longitude, within(1e-4));
    assertThat(facts.cameraMake()).isEqualTo(make);
    assertThat(facts.cameraModel()).isEqualTo(model);
    assertThat(facts.createdAtMillis()).isPositive();
  }

  @Test
  @DisplayName("AC-A09 Metadata of pictures are read without any program")
  @Contract({"compute.md 1 external tools", "store.md 7 tools", "store.md 11 tools at start"})
  void noProgram() {
    Ffmpeg none = new Ffmpeg(Path.of("/dev/null/tools"), Duration.ofSeconds(5));
    byte[] jpeg =
        Fixtures.withOrientation(
            Fixtures.withTime(Fixtures.jpeg(30, 20), "2022:01:10 15:15:44", "+00:00"), 6);
    Path file = Fixtures.write(folder, "a.jpg", jpeg);

    MediaFacts facts =
        new MediaInspector(Fixtures.LIMITS, none).inspect(file, MediaSniffer.sniff(file));

    assertThat(none.available()).isFalse();
    assertThat(facts.width()).as("upright").isEqualTo(20);
    assertThat(facts.height()).isEqualTo(30);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "36867|36868|306, 2001",
    "36868|306, 2002",
    "306, 2003",
  })
  @DisplayName("When a picture was taken: DateTimeOriginal, else CreateDate, else DateTime")
  @Contract("store.md 7 create date")
  void dateTags(String tags, int year) {
    Map<Integer, String> dates = new TreeMap<>();
    Map.of(36867, "2001", 36868, "2002", 306, "2003")
        .forEach(
            (tag, of) -> {
              if (Arrays.asList(tags.split("\\|")).contains(tag.toString())) {
                dates.put(tag, of + ":02:03 04:05:06");
              }
            });

    Path file = Fixtures.write(folder, "a.jpg", Pictures.withDates(Fixtures.jpeg(8, 8), dates));

    assertThat(
            Instant.ofEpochMilli(Fixtures.inspect(file).createdAtMillis())
                .atZone(ZoneId.systemDefault())
                .toLocalDateTime())
        .isEqualTo(LocalDateTime.of(year, 2, 3, 4, 5, 6));
  }

  @Test
  @DisplayName("A photo's time with its own zone does not depend on the server's")
  void zonedPhoto() {
    byte[] jpeg = Fixtures.withTime(Fixtures.jpeg(8, 8), "2022:01:10 15:15:44", "-04:00");
    assertThat(Fixtures.inspect(Fixtures.write(folder, "a.jpg", jpeg)).createdAtMillis())
        .isEqualTo(Instant.parse("2022-01-10T19:15:44Z").toEpochMilli());
  }

  @ParameterizedTest
  @ValueSource(strings = {"exif/immich_empty_gps.jpg", "exif/galaxy_s.jpg"})
  @DisplayName("An empty place and the place 0, 0 are no place")
  void noPlace(String name) {
    assertThat(Fixtures.inspect(Fixtures.shared(name)).latitude()).isNull();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "video/with_gps.mov,320,568,4.0,32.0929,34.862",
    "video/with_gps.mp4,1920,1080,0.17,51.4169,-0.0806"
  })
  @DisplayName("Real videos have upright size, duration and place")
  void realVideos(
      String name, int width, int height, double seconds, double latitude, double longitude) {
    MediaFacts facts = Fixtures.inspect(Fixtures.shared(name));
    assertThat(facts.width()).isEqualTo(width);
    assertThat(facts.height()).isEqualTo(height);
    assertThat(facts.durationSeconds()).isCloseTo(seconds, within(0.1));
    assertThat(facts.latitude()).isCloseTo(latitude, within(1e-3));
    assertThat(facts.longitude()).isCloseTo(longitude, within(1e-3));
  }

  static Stream<String> corrupt() {
    return Stream.of(
        "corrupted.jpg",
        "image00971.jpg",
        "image01137.jpg",
        "image01551.jpg",
        "ix_30-type_error.jpg",
        "ix_35-empty.jpg",
        "negative_array_size.heif",
        "photo.gif",
        "truncated.jpg");
  }

  @ParameterizedTest
  @MethodSource("corrupt")
  @DisplayName("Damaged metadata never throws")
  void neverThrows(String name) {
    MediaFacts facts = Fixtures.inspect(Fixtures.shared("corrupt/" + name));
    assertThat(facts.type().kind()).isEqualTo("image");
  }

  @Test
  @DisplayName("The guard says what is wrong with a broken GIF, a bomb and a thousand scans")
  void guard() {
    Guard guard = new Guard(Fixtures.LIMITS);
    Path gif = Fixtures.write(folder, "a.gif", "GIF89a\1\0\1\0".getBytes());
    assertThatThrownBy(() -> check(guard, gif))
        .isInstanceOf(UnprocessableMediaException.class)
        .hasMessage("the file begins like a GIF but its header is damaged");
    Path bomb = Fixtures.write(folder, "a.png", Fixtures.png(30_001, 10));
    assertThatThrownBy(() -> check(guard, bomb)).hasMessageContaining("max-side");
    byte[] scan = {(byte) 0xff, (byte) 0xda, 0, 3, 0, 1};
    byte[] jpeg = Fixtures.jpeg(10, 10);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(jpeg, 0, jpeg.length - 2);
    IntStream.range(0, 1000).forEach(i -> out.writeBytes(scan));
    Path scans = Fixtures.write(folder, "a.jpg", out.toByteArray());
    assertThatThrownBy(() -> check(guard, scans)).hasMessageContaining("progressive scans");
    Path fine = Fixtures.write(folder, "b.jpg", jpeg);
    check(guard, fine);
  }

  private static void check(Guard guard, Path file) {
    guard.check(file, MediaSniffer.sniff(file), Fixtures.inspect(file));
  }

  @Test
  @DisplayName("Turning twice is turning once by the product: the eight turns are a group")
  void orientationsAreAGroup() {
    RgbImage image =
        new RgbImage(
            3, 2, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18});
    List<Integer> all = IntStream.rangeClosed(1, 8).boxed().toList();
    for (int a : all) {
      for (int b : all) {
        RgbImage twice = Orientation.upright(Orientation.upright(image, a), b);
        RgbImage once = Orientation.upright(image, Orientation.then(a, b));
        assertThat(once.width()).isEqualTo(twice.width());
        assertThat(once.rgb()).as(a + " then " + b).isEqualTo(twice.rgb());
      }
    }
  }
}
