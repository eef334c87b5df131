package dev.minsight.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.Contract;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaSnifferTest {

  @TempDir Path folder;

  @ParameterizedTest(name = "{0} is {1}, kept as .{2}")
  @CsvSource({
    "jpg,image/jpeg,jpg",
    "png,image/png,png",
    "gif,image/gif,gif",
    "bmp,image/bmp,bmp",
    "tif,image/tiff,tiff"
  })
  @DisplayName("A picture is known by its bytes, whatever its name says")
  @Contract("store.md 7 type by bytes")
  void knowsPictures(String format, String mime, String extension) {
    byte[] bytes = Fixtures.encode(Fixtures.quarters(20, 10, BufferedImage.TYPE_INT_RGB), format);
    assertThat(MediaSniffer.sniff(Fixtures.write(folder, "liar.mp3", bytes)))
        .isEqualTo(new MediaType(mime, "image", extension));
  }

  @Test
  @DisplayName("Random bytes named .jpg are a file, not a picture")
  @Contract({"store.md 4.5 type unknown", "store.md 7 type by bytes"})
  void randomBytesAreAFile() {
    byte[] bytes = new byte[5000];
    new Random(7).nextBytes(bytes);
    assertThat(MediaSniffer.sniff(Fixtures.write(folder, "photo.jpg", bytes)))
        .isEqualTo(new MediaType("application/octet-stream", "file", "octet-stream"));
  }

  @Test
  @DisplayName("An empty file is a file")
  void emptyIsAFile() {
    assertThat(MediaSniffer.sniff(Fixtures.write(folder, "empty.png", new byte[0])))
        .isEqualTo(MediaType.UNKNOWN);
  }

  @ParameterizedTest(name = "{0} with {1} is {2}")
  @CsvSource({
    "heic,mif1,image/heic",
    "mif1,heic,image/heic",
    "mif1,avif,image/avif",
    "mif1,miaf,image/heif",
    "avif,mif1,image/avif",
    "qt__,qt__,video/quicktime",
    "isom,mp41,video/mp4",
    "mp42,isom,video/mp4",
    "3gp4,isom,video/3gpp",
    "M4A_,isom,audio/mp4",
    "jp2_,jp2_,image/jp2"
  })
  @DisplayName("The brands of the ISO family tell pictures from videos")
  void brands(String major, String compatible, String mime) {
    String head = "\0\0\0\24ftyp" + major + "\0\0\0\0" + compatible + "\0\0\0\10mdat";
    byte[] bytes = head.replace('_', ' ').getBytes(StandardCharsets.ISO_8859_1);
    assertThat(MediaSniffer.sniff(bytes).mime()).isEqualTo(mime);
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({"webm,video/webm", "matroska,video/x-matroska"})
  @DisplayName("WebM and Matroska differ by their DocType")
  void matroska(String docType, String mime) {
    String head = "\u001a\u0045\u00df\u00a3\u0093\u0042\u0082" + (char) (0x80 + docType.length());
    byte[] bytes = (head + docType + "\u0042\u0087").getBytes(StandardCharsets.ISO_8859_1);
    assertThat(MediaSniffer.sniff(bytes).mime()).isEqualTo(mime);
  }

  @Test
  @DisplayName("Plain text is text/plain with .txt, SVG is an image")
  @Contract({"store.md 4.1 type", "store.md 7 type from mime"})
  void texts() {
    assertThat(MediaSniffer.sniff("Dear diary,\nnothing.\n".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(new MediaType("text/plain", "text", "txt"));
    String svg = "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>";
    assertThat(MediaSniffer.sniff(svg.getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(new MediaType("image/svg+xml", "image", "svg"));
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource({
    "image/jpeg,jpg",
    "video/quicktime,mov",
    "video/x-msvideo,avi",
    "video/x-matroska,mkv",
    "video/3gpp,3gp",
    "audio/mpeg,mp3",
    "application/pdf,pdf",
    "image/x-new,x-new",
    "text/plain; charset=utf-8,txt",
    "image,jpg",
    "video,mp4",
    "audio,mp3",
    "text,txt",
    "odd,bin"
  })
  @DisplayName("AC-I06: the extension follows the mime type, with a fallback for each kind")
  @Contract("store.md 7 extension")
  void extensions(String mime, String extension) {
    assertThat(MediaType.of(mime).extension()).isEqualTo(extension);
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "formats/alpha_lossless.webp,image/webp",
    "formats/balloon.jp2,image/jp2",
    "formats/img_2682.heic,image/heic",
    "formats/cheers_1440x960.heic,image/heic",
    "formats/srgb8.avif,image/avif",
    "formats/multipage.tif,image/tiff",
    "corrupt/photo.gif,image/gif",
    "corrupt/truncated.jpg,image/jpeg",
    "video/bottle_detection.mp4,video/mp4",
    "video/with_gps.mov,video/quicktime",
    "video/with_gps.mp4,video/mp4"
  })
  @DisplayName("Real files are known by their bytes, damaged ones too")
  void realFiles(String name, String mime) {
    assertThat(MediaSniffer.sniff(Fixtures.shared(name)).mime()).isEqualTo(mime);
  }
}
