package dev.minsight.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.support.UnprocessableMediaException;
import dev.minsight.testing.Videos;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFramesTest {

  private final KeyFrames keyFrames = new KeyFrames(Videos.FFMPEG, MediaLimits.defaults());

  @TempDir private Path folder;

  /** Four seconds red, four green, four blue; a key frame each second. */
  private Path colours(String name) {
    List<String> arguments = new ArrayList<>();
    for (String colour : List.of("red", "lime", "blue")) {
      arguments.addAll(List.of("-f", "lavfi", "-i", "color=" + colour + ":s=320x240:r=25:d=4"));
    }
    arguments.addAll(List.of("-filter_complex", "concat=n=3", "-g", "25"));
    return Videos.write(arguments, folder.resolve(name));
  }

  @ParameterizedTest(name = "every {0} ms, at most {1}: {2} frames")
  @DisplayName("Key frames are spread over the video, no closer than asked, no more than asked")
  @CsvSource({"1000, 20, 12", "3000, 20, 4", "1000, 3, 3", "60000, 20, 1", "100, 30, 12"})
  void spread(long intervalMs, int most, int frames) {
    Path video = colours("video.mp4");

    List<Long> times = keyFrames.times(video, intervalMs, most);

    assertThat(times).hasSize(frames).isSorted().doesNotHaveDuplicates();
    assertThat(times).allMatch(time -> time % 1000 == 0 && time < 12_000);
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName(
      "What is shown at a time is read for that time, wherever the clock of the file begins")
  @ValueSource(strings = {"video.mp4", "video.mkv", "video.ts", "video.avi"})
  void frames(String name) {
    Path video = colours(name);
    List<Long> times = keyFrames.times(video, 4000, 20);

    List<KeyFrames.Frame> frames = keyFrames.read(video, times, 160);

    assertThat(frames).extracting(KeyFrames.Frame::timeMs).isEqualTo(times).hasSize(3);
    assertThat(frames)
        .extracting(frame -> colour(frame.image()))
        .containsExactly("red", "green", "blue");
    assertThat(frames).allMatch(frame -> frame.image().width() == 160);
    assertThat(frames).allMatch(frame -> frame.image().height() == 120);
  }

  private static String colour(RgbImage image) {
    int middle = (image.height() / 2 * image.width() + image.width() / 2) * 3;
    int red = image.rgb()[middle] & 0xff;
    int green = image.rgb()[middle + 1] & 0xff;
    int blue = image.rgb()[middle + 2] & 0xff;
    return red > 180 ? "red" : green > 180 ? "green" : blue > 180 ? "blue" : "nothing";
  }

  @Test
  @DisplayName("A video that was cut off shows the frames it has")
  void cutOff() throws IOException {
    Path video = colours("video.ts");
    List<Long> times = keyFrames.times(video, 1000, 20);
    byte[] bytes = Files.readAllBytes(video);
    Files.write(video, java.util.Arrays.copyOf(bytes, bytes.length / 2));

    assertThat(keyFrames.read(video, times, 160)).isNotEmpty().hasSizeLessThan(times.size());
  }

  @Test
  @DisplayName("What has no moving picture is refused with the reason")
  void noVideo() throws IOException {
    Path sound = folder.resolve("sound.wav");
    Videos.FFMPEG.run(
        List.of("-f", "lavfi", "-i", "sine=frequency=440:duration=1", "file:" + sound));
    Path nothing = Files.writeString(folder.resolve("nothing.mp4"), "not a video at all");

    assertThatThrownBy(() -> keyFrames.read(sound, List.of(0L), 160))
        .isInstanceOf(UnprocessableMediaException.class)
        .hasMessageContaining("no video stream");
    assertThatThrownBy(() -> keyFrames.times(nothing, 1000, 3))
        .isInstanceOf(UnprocessableMediaException.class)
        .hasMessageContaining("cannot read the file");
  }
}
