package dev.minsight.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WholenessTest {

  @TempDir Path folder;

  static Stream<byte[]> wholeFiles() throws IOException {
    return Stream.of(picture("jpg"), picture("png"), webp(), boxes());
  }

  @ParameterizedTest
  @MethodSource("wholeFiles")
  @DisplayName("A whole file passes, cut anywhere after its first bytes it does not")
  void cutFiles(byte[] whole) throws IOException {
    assertThat(objection(whole)).isNull();

    for (double share : new double[] {0.3, 0.6, 0.95}) {
      byte[] cut = Arrays.copyOf(whole, (int) (whole.length * share));

      assertThat(objection(cut)).contains("truncated");
    }
  }

  @Test
  @DisplayName("A PNG with a flipped byte is damaged")
  void flippedByte() throws IOException {
    byte[] png = picture("png");
    png[png.length / 2] ^= 1;

    assertThat(objection(png)).contains("check sum");
  }

  @Test
  @DisplayName("What follows the end of a JPEG, such as a motion photo's film, does not matter")
  void bytesAfterTheEnd() throws IOException {
    byte[] jpeg = picture("jpg");

    assertThat(objection(Arrays.copyOf(jpeg, jpeg.length + 5_000))).isNull();
  }

  @Test
  @DisplayName("A text, a few bytes and an empty file are nobody's damage")
  void otherFiles() throws IOException {
    assertThat(objection("just some words in a row".getBytes(StandardCharsets.UTF_8))).isNull();
    assertThat(objection(new byte[] {(byte) 0xff, (byte) 0xd8})).isNull();
    assertThat(objection(new byte[0])).isNull();
  }

  @Test
  @DisplayName("No real photo is called damaged")
  void realPhotos() throws IOException {
    Path shared = Path.of(System.getProperty("minsight.shared"));
    Assumptions.assumeTrue(Files.isDirectory(shared), "skipped: no shared media at " + shared);
    List<Path> photos;
    try (Stream<Path> files = Files.walk(shared)) {
      photos =
          files
              .filter(Files::isRegularFile)
              .filter(
                  file -> file.toString().matches("(?i).*\\.(jpe?g|png|webp|heic|avif|mp4|mov)"))
              .filter(
                  file -> !file.toString().matches("(?i).*(truncat|corrupt|broken|damaged|bad).*"))
              .limit(300)
              .toList();
    }
    Assumptions.assumeFalse(photos.isEmpty(), "skipped: no photos in " + shared);

    for (Path photo : photos) {
      assertThat(Wholeness.objection(photo)).as(photo.toString()).isEmpty();
    }
  }

  private String objection(byte[] bytes) throws IOException {
    return Wholeness.objection(Files.write(folder.resolve("file"), bytes)).orElse(null);
  }

  private static byte[] picture(String format) throws IOException {
    BufferedImage image = new BufferedImage(80, 60, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(1);
    for (int i = 0; i < 80 * 60; i++) {
      image.setRGB(i % 80, i / 80, random.nextInt(1 << 24));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, format, bytes);
    return bytes.toByteArray();
  }

  private static byte[] webp() {
    byte[] bytes = new byte[400];
    ByteBuffer.wrap(bytes)
        .put("RIFF".getBytes(StandardCharsets.US_ASCII))
        .putInt(Integer.reverseBytes(392))
        .put("WEBPVP8 ".getBytes(StandardCharsets.US_ASCII));
    return bytes;
  }

  private static byte[] boxes() {
    ByteBuffer bytes = ByteBuffer.allocate(424);
    bytes.putInt(24).put("ftypheic".getBytes(StandardCharsets.US_ASCII));
    bytes.position(24).putInt(400).put("mdat".getBytes(StandardCharsets.US_ASCII));
    return bytes.array();
  }
}
