package dev.minsight.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.Contract;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentDigestTest {

  private final ContentDigest digest = new ContentDigest(Fixtures.DECODER);

  @TempDir Path folder;

  private String of(String name, byte[] bytes) {
    Path file = Fixtures.write(folder, name, bytes);
    return digest.of(file, MediaSniffer.sniff(file));
  }

  @Test
  @DisplayName("AC-I08: an image has 128 hex digits, everything else the MD5 of its bytes")
  @Contract("store.md 7 hash")
  void algorithms() {
    assertThat(of("a.jpg", Fixtures.jpeg(10, 10))).matches("[0-9a-f]{128}");
    assertThat(of("a.txt", "hello\n".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("b1946ac92492d2347c6235b4d2611184");
  }

  @Test
  @DisplayName(
      "Editing EXIF, comments or what follows the picture does not change a JPEG's content")
  @Contract("store.md 7 hash")
  void metadataIsNoContent() {
    byte[] jpeg = Fixtures.jpeg(40, 30);
    String plain = of("a.jpg", jpeg);
    assertThat(of("b.jpg", Fixtures.withOrientation(jpeg, 6))).isEqualTo(plain);
    ByteArrayOutputStream longer = new ByteArrayOutputStream();
    longer.writeBytes(jpeg);
    longer.writeBytes("a motion photo's video".getBytes(StandardCharsets.UTF_8));
    assertThat(of("c.jpg", longer.toByteArray())).isEqualTo(plain);
  }

  @Test
  @DisplayName("One changed bit of a JPEG's data is another content")
  void dataIsContent() {
    byte[] jpeg = Fixtures.jpeg(40, 30);
    byte[] other = jpeg.clone();
    other[other.length - 8] ^= 1;
    assertThat(of("b.jpg", other)).isNotEqualTo(of("a.jpg", jpeg));
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "tif"})
  @DisplayName("AC-D07: equal pixels in another shape are another content")
  @Contract("store.md 7 hash")
  void shapeIsContent(String format) {
    byte[] wide = Fixtures.encode(new BufferedImage(40, 20, BufferedImage.TYPE_INT_RGB), format);
    byte[] high = Fixtures.encode(new BufferedImage(20, 40, BufferedImage.TYPE_INT_RGB), format);
    assertThat(of("a", wide)).isNotEqualTo(of("b", high)).matches("[0-9a-f]{128}");
  }

  @Test
  @DisplayName("The same pixels saved by another program are the same content")
  void pixelsAreContent() {
    BufferedImage image = Fixtures.quarters(50, 50, BufferedImage.TYPE_INT_RGB);
    byte[] png = Fixtures.encode(image, "png");
    byte[] commented = new byte[png.length + 15];
    System.arraycopy(png, 0, commented, 0, 33);
    byte[] text = Fixtures.chunk("tEXt", new byte[] {'a', 0, 'b'});
    System.arraycopy(text, 0, commented, 33, 15);
    System.arraycopy(png, 33, commented, 48, png.length - 33);
    String plain = of("a.png", png);
    assertThat(of("b.png", commented)).isEqualTo(plain);
    assertThat(of("c.bmp", Fixtures.encode(image, "bmp"))).isEqualTo(plain);
  }

  @Test
  @DisplayName("An image that cannot be decoded is known by its bytes, still in 128 digits")
  @Contract("store.md 7 hash")
  void undecodable() {
    byte[] gif = "GIF89a\1\0\1\0".getBytes(StandardCharsets.US_ASCII);
    assertThat(of("a.gif", gif)).matches("[0-9a-f]{128}").isNotEqualTo(of("b.gif", again(gif)));
    byte[] headless = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xd9};
    assertThat(of("a.jpg", headless)).matches("[0-9a-f]{128}");
  }

  private static byte[] again(byte[] bytes) {
    byte[] other = bytes.clone();
    other[other.length - 1] ^= 1;
    return other;
  }
}
