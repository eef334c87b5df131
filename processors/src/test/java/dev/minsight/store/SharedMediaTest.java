package dev.minsight.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.support.UnprocessableMediaException;
import dev.minsight.testing.Contract;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedMediaTest {

  private final Path shared = Path.of(System.getProperty("minsight.shared", "shared"), "media");
  private final TestServer server = OpenServer.shared();
  private final Intake intake = server.bean(Intake.class);

  @BeforeEach
  void sharedMedia() {
    Assumptions.assumeTrue(
        Files.isDirectory(shared), () -> "skipped: no shared media at " + shared);
  }

  private MediaEntity store(String file) {
    Path path = shared.resolve(file);
    try (Staged staged = intake.stage(path, path.getFileName().toString())) {
      Stored stored = intake.store(staged, new NewMedia(null, null, null, true));
      return server.bean(Entities.class).find(stored.entityId()).orElseThrow();
    }
  }

  @Test
  @DisplayName("AC-C28 The camera's date becomes create_date, read in the server's time zone")
  @Contract({"store.md 4.1 added_date, updated_date, create_date", "store.md 7 date is used"})
  void captureDate() {
    long taken =
        LocalDateTime.of(2008, 5, 30, 15, 56, 1)
            .atZone(ZoneId.systemDefault())
            .toInstant()
            .toEpochMilli();

    assertThat(store("exif/canon_40d.jpg").createDate()).isEqualTo(taken);
  }

  @ParameterizedTest(name = "{0} is {1}, {2} x {3}")
  @DisplayName("AC-I17 Real files of many formats tell type and upright size, and have a preview")
  @CsvSource({
    "formats/baseball.png, image/png, 512, 355",
    "formats/baseball.gif, image/gif, 185, 224",
    "formats/denali.webp, image/webp, 600, 315",
    "formats/cheers_1440x960.heic, image/heic, 1440, 960",
    "orientation/landscape_6.jpg, image/jpeg, 1800, 1200",
    "video/bottle_detection.mp4, video/mp4, 640, 360"
  })
  @Contract("store.md 7 sizes of PNG and video")
  void formats(String file, String mimeType, int width, int height) {
    MediaEntity entity = store(file);

    assertThat(entity.mimeType()).isEqualTo(mimeType);
    assertThat(entity.width()).isEqualTo(width);
    assertThat(entity.height()).isEqualTo(height);
    MediaFiles files = server.bean(MediaFiles.class);
    assertThat(files.original(entity)).hasSameBinaryContentAs(shared.resolve(file));
    assertThat(files.preview(entity)).hasValueSatisfying(p -> assertThat(p).isNotEmptyFile());
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("The drop folder refuses real files whose header is damaged")
  @CsvSource({"corrupt/photo.gif", "corrupt/negative_array_size.heif"})
  void damaged(String file) {
    assertThatThrownBy(() -> store(file))
        .isInstanceOf(UnprocessableMediaException.class)
        .hasMessageContaining("header is damaged");
  }
}
