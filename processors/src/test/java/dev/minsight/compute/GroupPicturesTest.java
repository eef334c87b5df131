package dev.minsight.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.media.DecodedImage;
import dev.minsight.media.Ffmpeg;
import dev.minsight.media.ImageDecoder;
import dev.minsight.media.KeyFrames;
import dev.minsight.media.MediaLimits;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.Videos;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupPicturesTest {

  private GroupPictures pictures;
  private Path photo;

  @BeforeEach
  void takePhoto(@TempDir Path folder) {
    MediaLimits limits = MediaLimits.defaults();
    Ffmpeg ffmpeg = Videos.FFMPEG;
    pictures = new GroupPictures(new ImageDecoder(limits, ffmpeg), new KeyFrames(ffmpeg, limits));
    photo =
        Pictures.write(folder.resolve("photo.jpg"), Pictures.plain("jpg", 2000, 1000, 0x336699));
  }

  @Test
  @DisplayName("A picture that is large enough is decoded once for all tasks of the group")
  void decodesOnce() {
    DecodedImage first = pictures.get(photo, 900);

    assertThat(first.image().longSide()).isEqualTo(1000);
    assertThat(pictures.get(photo, 640)).isSameAs(first);
  }

  @Test
  @DisplayName("Who needs every pixel gets them, and the others go on with the reduced picture")
  void keepsTheReducedPicture() {
    DecodedImage reduced = pictures.get(photo, 900);

    assertThat(pictures.get(photo, Integer.MAX_VALUE).image().longSide()).isEqualTo(2000);
    assertThat(pictures.get(photo, 640)).isSameAs(reduced);
  }

  @Test
  @DisplayName("The key frames of a video are decoded once for all tasks of the group")
  void decodesFramesOnce(@TempDir Path folder) {
    Path video = Videos.silent(folder.resolve("video.mp4"), 320, 240, 2);
    FrameChoice choice = FrameChoice.spread(1000, 3);

    assertThat(pictures.frames(video, choice)).isSameAs(pictures.frames(video, choice));
  }
}
