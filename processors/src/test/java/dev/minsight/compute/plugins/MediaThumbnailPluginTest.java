package dev.minsight.compute.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.media.Fixtures;
import dev.minsight.media.MediaSniffer;
import dev.minsight.media.RgbImage;
import dev.minsight.media.Thumbnails;
import dev.minsight.support.UnprocessableMediaException;
import dev.minsight.testing.Contract;
import jakarta.validation.ConstraintViolationException;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.HashMap;
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

class MediaThumbnailPluginTest {

  @TempDir Path folder;
  private PluginRun<MediaThumbnailPlugin.Wanted, MediaThumbnailPlugin.Made> plugin;

  @BeforeEach
  void plugIn() {
    plugin =
        new PluginRun<>(
            new MediaThumbnailPlugin(new Thumbnails(Fixtures.DECODER, Fixtures.FFMPEG)), folder);
  }

  private RgbImage thumbnail(Path file, Map<String, ?> form) {
    Path made = plugin.run(file, form).file("output/thumbnail.jpg");
    assertThat(MediaSniffer.sniff(made).mime()).isEqualTo("image/jpeg");
    return Fixtures.decode(made);
  }

  private static Map<String, String> form(Integer width, Integer height, boolean keepAspect) {
    Map<String, String> form = new HashMap<>();
    form.put("maintain_aspect_ratio", String.valueOf(keepAspect));
    if (width != null) {
      form.put("width", width.toString());
    }
    if (height != null) {
      form.put("height", height.toString());
    }
    return form;
  }

  @ParameterizedTest(name = "{0}x{1}, wanted {2} x {3}, aspect {4} -> {5}x{6}")
  @CsvSource({
    // none given: 256 x 256, whatever the aspect
    "1000, 500,     ,     , true , 256, 256",
    "1000, 500,     ,     , false, 256, 256",
    "100 , 60 ,     ,     , true , 100, 60",
    "1000, 60 ,     ,     , true , 256, 60",
    // one given: the other follows, or is the same
    "1000, 500, 300 ,     , true , 300, 150",
    "1000, 500,     , 300 , true , 600, 300",
    "999 , 500, 301 ,     , true , 301, 150",
    "1000, 500, 300 ,     , false, 300, 300",
    "1000, 500,     , 300 , false, 300, 300",
    // both: inside, or exactly
    "1000, 500, 300 , 300 , true , 300, 150",
    "500 ,1000, 300 , 300 , true , 150, 300",
    "1000, 500, 300 , 100 , true , 200, 100",
    "1000, 500, 300 , 300 , false, 300, 300",
    // never enlarged
    "1000, 500, 5000,     , true , 1000, 500",
    "1000, 500,     , 800 , true , 1000, 500",
    "1000, 500, 5000, 5000, true , 1000, 500",
    "1000, 500, 5000, 100 , false, 1000, 100",
    "1000, 500, 800 ,     , false, 800, 500",
    // bounds
    "1000, 500, 1   , 1   , true , 1, 1",
    "1000, 2  , 10  ,     , true , 10, 1",
    "1000, 500, 2147483647, 2147483647, true, 1000, 500",
    "1000, 500, 2147483647,     , true, 1000, 500"
  })
  @DisplayName("compute.md 5.9 image sizing")
  @Contract("compute.md 5.9 image sizing")
  void sizes(int width, int height, Integer wide, Integer high, boolean aspect, int w, int h) {
    byte[] png =
        Fixtures.encode(Fixtures.quarters(width, height, BufferedImage.TYPE_INT_RGB), "png");

    RgbImage made = thumbnail(Fixtures.write(folder, "a.png", png), form(wide, high, aspect));

    assertThat(List.of(made.width(), made.height())).containsExactly(w, h);
  }

  @ParameterizedTest
  @CsvSource({"width, 0", "width, -1", "height, 0", "height, -2147483648"})
  @DisplayName("compute.md 5.9 fields: width and height are above zero")
  @Contract("compute.md 5.9 fields")
  void bounds(String field, String value) {
    assertThatThrownBy(() -> plugin.parameters(Map.of(field, value)))
        .isInstanceOf(ConstraintViolationException.class)
        .hasMessageContaining(field);
  }

  @ParameterizedTest
  @CsvSource({"width, wide", "height, 1e99", "maintain_aspect_ratio, perhaps"})
  @DisplayName("compute.md 5.9 fields: what is no number or no truth value is refused")
  @Contract("compute.md 5.9 fields")
  void noNumbers(String field, String value) {
    assertThatThrownBy(() -> plugin.parameters(Map.of(field, value)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @DisplayName("compute.md 5.9 task_output: media_type and thumbnail_path")
  @Contract({
    "compute.md 5.9 task_output",
    "compute.md 5.9 disagreement",
    "compute.md 5.10 embedding, metadata, thumbnail_path, phash"
  })
  void output() {
    Path file = Fixtures.write(folder, "a.jpg", Fixtures.jpeg(300, 200));

    assertThat(plugin.run(file, Map.of()).taskOutput())
        .containsOnly(
            Map.entry("media_type", "image"), Map.entry("thumbnail_path", "output/thumbnail.jpg"));
  }

  @Test
  @DisplayName("A thumbnail is upright, and its sides are those of the upright picture")
  void upright() {
    byte[] turned = Fixtures.withOrientation(Fixtures.jpeg(800, 400), 6);

    RgbImage made = thumbnail(Fixtures.write(folder, "a.jpg", turned), Map.of("width", "100"));

    assertThat(List.of(made.width(), made.height())).containsExactly(100, 200);
    // a quarter turn clockwise: the stored bottom left (blue) is now on top left
    assertThat(Fixtures.pixel(made, 0.2, 0.2).getBlue()).isGreaterThan(230);
  }

  @Test
  @DisplayName("compute.md 5.9 BUGS: transparency is laid on white")
  @Contract("compute.md 5.9 BUGS")
  void onWhite() {
    BufferedImage clear = new BufferedImage(80, 60, BufferedImage.TYPE_INT_ARGB);
    Path file = Fixtures.write(folder, "a.png", Fixtures.encode(clear, "png"));

    assertThat(Fixtures.pixel(thumbnail(file, Map.of()), 0.5, 0.5)).isEqualTo(Color.WHITE);
  }

  static Stream<String> formats() {
    return Stream.of(
        "formats/animated_head_pose_female.gif",
        "formats/animation_lossy.webp",
        "formats/alpha_lossless.webp",
        "formats/img_2682.heic",
        "formats/srgb8.avif",
        "formats/balloon.jp2",
        "formats/multipage.tif",
        "formats/test.bmp");
  }

  @ParameterizedTest
  @MethodSource("formats")
  @DisplayName("Animated pictures, HEIC, AVIF and the rest have thumbnails, too")
  void everyFormat(String name) {
    RgbImage made = thumbnail(Fixtures.shared(name), Map.of("width", "64", "height", "64"));

    assertThat(made.longSide()).isEqualTo(64);
  }

  @ParameterizedTest(name = "{0}, wanted {1} x {2} -> {3}x{4}")
  @CsvSource({
    "bottle_detection.mp4,     ,     , 256, 144",
    "bottle_detection.mp4, 400 , 400 , 400, 225",
    "bottle_detection.mp4, 333 ,     , 333, 187",
    "bottle_detection.mp4,     , 90  , 160, 90",
    "bottle_detection.mp4, 9000, 9000, 2560, 1440",
    "bottle_detection.mp4, 1   ,     , 1, 1",
    "car_detection.mp4   , 100 , 1000, 100, 56",
    // stored lying, shown standing
    "with_gps.mov        , 200 , 200 , 112, 200",
    "with_gps.mp4        ,     ,     , 256, 144"
  })
  @DisplayName("compute.md 5.9 video: a sheet of 4 by 4 key frames, fitted inside, never enlarged")
  @Contract({"compute.md 5.9 video", "compute.md 5.9 BUGS"})
  void video(String name, Integer wide, Integer high, int w, int h) {
    var done = plugin.run(Fixtures.shared("video/" + name), form(wide, high, true));

    RgbImage made = Fixtures.decode(done.file("output/thumbnail.jpg"));
    assertThat(List.of(made.width(), made.height())).containsExactly(w, h);
    assertThat(done.taskOutput()).containsEntry("media_type", "video");
  }

  @Test
  @DisplayName("A turned video, and one of variable frame rate, have upright sheets")
  void turnedVideo() {
    Path turned = folder.resolve("turned.mp4");
    Path film = Fixtures.shared("video/bottle_detection.mp4");
    Fixtures.FFMPEG.run(
        List.of("-display_rotation", "90", "-i", "file:" + film, "-c", "copy", "file:" + turned));
    Path uneven = folder.resolve("uneven.mkv");
    Fixtures.FFMPEG.run(
        List.of(
            "-i",
            "file:" + film,
            "-t",
            "6",
            "-vf",
            "setpts='PTS*(1+0.5*mod(N,3))',scale=160:90",
            "-fps_mode",
            "vfr",
            "-c:v",
            "mpeg4",
            "-an",
            "file:" + uneven));

    RgbImage tall = thumbnail(turned, Map.of());
    RgbImage wide = thumbnail(uneven, Map.of());

    assertThat(List.of(tall.width(), tall.height())).containsExactly(144, 256);
    assertThat(List.of(wide.width(), wide.height())).containsExactly(256, 144);
  }

  @ParameterizedTest
  @CsvSource({"hello there, text/plain", "'', application/octet-stream"})
  @DisplayName("compute.md 5.9 other media: the job fails with Unsupported media type")
  @Contract("compute.md 5.9 other media")
  void otherMedia(String content, String mime) {
    Path file = Fixtures.write(folder, "a.jpg", content.getBytes());

    assertThatThrownBy(() -> plugin.run(file, Map.of()))
        .isInstanceOf(UnprocessableMediaException.class)
        .hasMessage("Unsupported media type: " + mime);
  }
}
