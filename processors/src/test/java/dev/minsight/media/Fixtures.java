package dev.minsight.media;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;

/** Pictures made on the spot, the shared photos where they are there, and one ffmpeg for all. */
public final class Fixtures {

  public static final MediaLimits LIMITS = MediaLimits.defaults();
  public static final Ffmpeg FFMPEG =
      new Ffmpeg(Path.of("target", "tools"), Duration.ofSeconds(60));
  public static final ImageDecoder DECODER = new ImageDecoder(LIMITS, FFMPEG);
  public static final MediaInspector INSPECTOR = new MediaInspector(LIMITS, FFMPEG);

  private Fixtures() {}

  public static Path shared(String name) {
    Path file = Path.of(System.getProperty("minsight.shared", "none"), "media", name);
    Assumptions.assumeTrue(Files.exists(file), "skipped: no shared media at " + file);
    return file;
  }

  /** Four quarters of different colours, so that every turn shows. */
  public static BufferedImage quarters(int width, int height, int imageType) {
    BufferedImage image = new BufferedImage(width, height, imageType);
    Graphics2D pen = image.createGraphics();
    Color[] colors = {Color.RED, Color.GREEN, Color.BLUE, Color.YELLOW};
    for (int i = 0; i < 4; i++) {
      pen.setColor(colors[i]);
      pen.fillRect(i % 2 * width / 2, i / 2 * height / 2, width / 2 + 1, height / 2 + 1);
    }
    pen.dispose();
    return image;
  }

  public static byte[] encode(BufferedImage image, String format) {
    try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
      if (!ImageIO.write(image, format, out)) {
        throw new IllegalStateException("no writer for " + format);
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static byte[] jpeg(int width, int height) {
    return encode(quarters(width, height, BufferedImage.TYPE_INT_RGB), "jpg");
  }

  /** Puts an EXIF block that holds only an orientation behind SOI. */
  public static byte[] withOrientation(byte[] jpeg, int orientation) {
    ByteBuffer tiff = ByteBuffer.allocate(26);
    tiff.put("MM\0*".getBytes(StandardCharsets.ISO_8859_1)).putInt(8);
    tiff.putShort((short) 1).putShort((short) 0x0112).putShort((short) 3).putInt(1);
    tiff.putShort((short) orientation).putShort((short) 0).putInt(0);
    return withExif(jpeg, tiff.array());
  }

  /** Puts an EXIF block that holds DateTimeOriginal and OffsetTimeOriginal behind SOI. */
  public static byte[] withTime(byte[] jpeg, String time, String offset) {
    ByteBuffer tiff = ByteBuffer.allocate(56 + 20 + 8);
    tiff.put("MM\0*".getBytes(StandardCharsets.ISO_8859_1)).putInt(8);
    tiff.putShort((short) 1).putShort((short) 0x8769).putShort((short) 4).putInt(1);
    tiff.putInt(26).putInt(0);
    tiff.putShort((short) 2);
    tiff.putShort((short) 0x9003).putShort((short) 2).putInt(20).putInt(56);
    tiff.putShort((short) 0x9011).putShort((short) 2).putInt(7).putInt(76).putInt(0);
    tiff.put(56, time.getBytes(StandardCharsets.US_ASCII));
    tiff.put(76, offset.getBytes(StandardCharsets.US_ASCII));
    return withExif(jpeg, tiff.array());
  }

  private static byte[] withExif(byte[] jpeg, byte[] tiff) {
    return withSegment(jpeg, 0xe1, "Exif\0\0" + new String(tiff, StandardCharsets.ISO_8859_1));
  }

  /** Puts a segment behind SOI. */
  public static byte[] withSegment(byte[] jpeg, int marker, String payload) {
    byte[] bytes = payload.getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer segment = ByteBuffer.allocate(4 + bytes.length);
    segment.put((byte) 0xff).put((byte) marker).putShort((short) (2 + bytes.length)).put(bytes);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 2);
    out.writeBytes(segment.array());
    out.write(jpeg, 2, jpeg.length - 2);
    return out.toByteArray();
  }

  /** A PNG whose header claims a size, with whatever chunks follow. */
  public static byte[] png(int width, int height, byte[]... chunks) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
    header.put((byte) 8).put((byte) 2);
    out.writeBytes(chunk("IHDR", header.array()));
    for (byte[] chunk : chunks) {
      out.writeBytes(chunk);
    }
    out.writeBytes(chunk("IEND", new byte[0]));
    return out.toByteArray();
  }

  public static byte[] chunk(String type, byte[] data) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    return ByteBuffer.allocate(12 + data.length)
        .putInt(data.length)
        .put(name)
        .put(data)
        .putInt((int) crc.getValue())
        .array();
  }

  public static byte[] deflate(byte[] data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream packed = new DeflaterOutputStream(out)) {
      packed.write(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  public static Path write(Path folder, String name, byte[] bytes) {
    try {
      return Files.write(folder.resolve(name), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static MediaFacts inspect(Path file) {
    return INSPECTOR.inspect(file, MediaSniffer.sniff(file));
  }

  public static RgbImage decode(Path file) {
    return DECODER.decode(file, MediaSniffer.sniff(file), Integer.MAX_VALUE).image();
  }

  public static Color pixel(RgbImage image, double x, double y) {
    int at = ((int) (y * image.height()) * image.width() + (int) (x * image.width())) * 3;
    byte[] rgb = image.rgb();
    return new Color(rgb[at] & 0xff, rgb[at + 1] & 0xff, rgb[at + 2] & 0xff);
  }

  /** Mean distance of two pictures of one size, in levels of 0..255. */
  public static double difference(RgbImage one, RgbImage other) {
    if (one.width() != other.width() || one.height() != other.height()) {
      throw new IllegalArgumentException("sizes differ");
    }
    long sum = 0;
    for (int i = 0; i < one.rgb().length; i++) {
      sum += Math.abs((one.rgb()[i] & 0xff) - (other.rgb()[i] & 0xff));
    }
    return (double) sum / one.rgb().length;
  }
}
