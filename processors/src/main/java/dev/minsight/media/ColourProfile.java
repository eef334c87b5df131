package dev.minsight.media;

import java.awt.color.CMMException;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.ColorConvertOp;
import java.awt.image.ColorModel;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.InflaterInputStream;

/**
 * The ICC profile embedded in an RGB picture, and the way from its colours to sRGB. A profile that
 * is damaged, too large, not of RGB, or as good as sRGB is as if there were none.
 */
final class ColourProfile {

  /** A colour that moves by no more than this in every channel did not move. */
  private static final int NOTICEABLE = 2;

  /** Rows are converted in strips of about this many pixels. */
  private static final int STRIP_PIXELS = 1 << 18;

  private static final String JPEG_MARK = "ICC_PROFILE\0";

  private final ColorConvertOp toSrgb;

  private ColourProfile(ColorConvertOp toSrgb) {
    this.toSrgb = toSrgb;
  }

  /**
   * Looks for a profile.
   *
   * @param file a picture whose pixels are RGB
   * @param type its type
   * @param maxBytes larger profiles are not looked at
   * @return the profile, if its colours differ from sRGB
   */
  static Optional<ColourProfile> of(Path file, MediaType type, int maxBytes) {
    try {
      if (type.mime().equals("image/tiff")) {
        return tiff(file, type).flatMap(ColourProfile::of);
      }
      byte[] icc =
          switch (type.mime()) {
            case "image/jpeg" -> jpeg(file, maxBytes);
            case "image/png" -> png(file, maxBytes);
            case "image/webp" -> webp(file, maxBytes);
            case "image/heic", "image/heif", "image/avif" -> HeifHeader.icc(file, maxBytes);
            default -> null;
          };
      return icc == null ? Optional.empty() : of(ICC_Profile.getInstance(icc));
    } catch (IOException | IllegalArgumentException | CMMException e) {
      return Optional.empty();
    }
  }

  private static Optional<ColourProfile> of(ICC_Profile profile) {
    if (profile.getColorSpaceType() != ColorSpace.TYPE_RGB) {
      return Optional.empty();
    }
    ICC_Profile srgb = ICC_Profile.getInstance(ColorSpace.CS_sRGB);
    ColourProfile found =
        new ColourProfile(new ColorConvertOp(new ICC_Profile[] {profile, srgb}, null));
    return found.matters() ? Optional.of(found) : Optional.empty();
  }

  /** Whether any colour of a coarse cube moves; profiles of sRGB have many names and versions. */
  private boolean matters() {
    byte[] cube = new byte[6 * 6 * 6 * 3];
    for (int i = 0; i < cube.length / 3; i++) {
      cube[i * 3] = (byte) (i / 36 * 51);
      cube[i * 3 + 1] = (byte) (i / 6 % 6 * 51);
      cube[i * 3 + 2] = (byte) (i % 6 * 51);
    }
    byte[] moved = cube.clone();
    convert(moved, cube.length / 3, 3);
    for (int i = 0; i < cube.length; i++) {
      if (Math.abs((cube[i] & 0xff) - (moved[i] & 0xff)) > NOTICEABLE) {
        return true;
      }
    }
    return false;
  }

  /**
   * Converts colours to sRGB where they are; alpha stays.
   *
   * @param pixels interleaved, 8 bits a sample, colours first
   * @param width of a row in pixels
   * @param bands samples of a pixel, 3 or 4
   */
  void convert(byte[] pixels, int width, int bands) {
    int height = pixels.length / bands / width;
    int most = Math.max(1, STRIP_PIXELS / width);
    for (int y = 0; y < height; y += most) {
      int rows = Math.min(most, height - y);
      WritableRaster strip = Raster.createInterleavedRaster(0, width, rows, 3, null);
      byte[] colours = ((DataBufferByte) strip.getDataBuffer()).getData();
      int first = y * width * bands;
      copy(pixels, first, bands, colours, 0, 3, width * rows);
      WritableRaster result = strip.createCompatibleWritableRaster();
      toSrgb.filter(strip, result);
      byte[] converted = ((DataBufferByte) result.getDataBuffer()).getData();
      copy(converted, 0, 3, pixels, first, bands, width * rows);
    }
  }

  private static void copy(
      byte[] from, int fromAt, int fromBands, byte[] to, int toAt, int toBands, int count) {
    int in = fromAt;
    int out = toAt;
    for (int i = 0; i < count; i++, in += fromBands, out += toBands) {
      to[out] = from[in];
      to[out + 1] = from[in + 1];
      to[out + 2] = from[in + 2];
    }
  }

  /** ICC.1:2022 annex B.4: pieces with a number each, in APP2 segments. */
  private static byte[] jpeg(Path file, int maxBytes) throws IOException {
    Map<Integer, byte[]> pieces = new TreeMap<>();
    int header = JPEG_MARK.length() + 2;
    JpegSegments.read(
        file,
        0xe2,
        maxBytes,
        app2 -> {
          String text = new String(app2, StandardCharsets.ISO_8859_1);
          if (text.startsWith(JPEG_MARK) && app2.length > header) {
            int number = app2[JPEG_MARK.length()] & 0xff;
            pieces.put(number, Arrays.copyOfRange(app2, header, app2.length));
          }
        });
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    pieces.values().forEach(whole::writeBytes);
    return pieces.isEmpty() ? null : whole.toByteArray();
  }

  /** W3C PNG, section 11.3.2.3: a name, a zero, the method (0) and the packed profile. */
  private static byte[] png(Path file, int maxBytes) throws IOException {
    try (FileBytes bytes = new FileBytes(file)) {
      long at = 33;
      while (at + 12 <= bytes.length()) {
        long length = bytes.u32(at);
        String chunk = bytes.ascii(at + 4, 4);
        if (chunk.equals("IDAT")) {
          return null;
        }
        if (chunk.equals("iCCP") && length <= maxBytes) {
          byte[] data = bytes.bytes(at + 8, (int) length);
          int name = new String(data, StandardCharsets.ISO_8859_1).indexOf('\0');
          return name < 0
              ? null
              : inflate(Arrays.copyOfRange(data, name + 2, data.length), maxBytes);
        }
        at += 12 + length;
      }
      return null;
    }
  }

  private static byte[] inflate(byte[] packed, int maxBytes) throws IOException {
    try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(packed))) {
      byte[] icc = in.readNBytes(maxBytes + 1);
      return icc.length > maxBytes ? null : icc;
    }
  }

  /** RFC 9649, section 2.7.1.4. */
  private static byte[] webp(Path file, int maxBytes) throws IOException {
    try (FileBytes bytes = new FileBytes(file)) {
      long at = 12;
      while (at + 8 <= bytes.length()) {
        long length = bytes.u32le(at + 4);
        if (bytes.ascii(at, 4).equals("ICCP")) {
          return length > maxBytes ? null : bytes.bytes(at + 8, (int) length);
        }
        at += 8 + length + (length & 1);
      }
      return null;
    }
  }

  private static Optional<ICC_Profile> tiff(Path file, MediaType type) throws IOException {
    try (ImageIoSource.Open open = ImageIoSource.open(file, type)) {
      ColorModel colors = open.reader().getImageTypes(0).next().getColorModel();
      return colors.getColorSpace() instanceof ICC_ColorSpace space
          ? Optional.of(space.getProfile())
          : Optional.empty();
    }
  }
}
