package dev.minsight.media;

import java.awt.color.ColorSpace;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageReader;

/** Tells from a picture's header in which mode Pillow would read it. */
final class PixelModes {

  private PixelModes() {}

  /**
   * @param file the picture
   * @param type its type
   * @param header its header
   * @param ffmpeg asked about formats that only it reads
   * @return the mode
   * @throws IOException if the header cannot be read
   */
  static PixelMode of(Path file, MediaType type, PictureHeader header, FfmpegSource ffmpeg)
      throws IOException {
    return switch (type.mime()) {
      case "image/jpeg" ->
          switch (header.components()) {
            case 1 -> PixelMode.GREY;
            case 4 -> PixelMode.CMYK;
            default -> PixelMode.RGB;
          };
      case "image/png" -> png(file);
      case "image/gif" -> PixelMode.PALETTE;
      case "image/bmp" -> bmp(file);
      case "image/webp" -> webp(file);
      case "image/tiff" -> tiff(file, type);
      case "image/heic", "image/heif", "image/avif" ->
          HeifHeader.alphaItem(file) < 0 ? PixelMode.RGB : PixelMode.RGBA;
      default -> named(ffmpeg.pixelFormat(file));
    };
  }

  /** Bit depth and colour type of IHDR: W3C PNG, section 11.2.1. */
  private static PixelMode png(Path file) throws IOException {
    try (FileBytes bytes = new FileBytes(file)) {
      int depth = bytes.u8(24);
      return switch (bytes.u8(25)) {
        case 0 -> depth == 1 ? PixelMode.BILEVEL : depth == 16 ? PixelMode.GREY_16 : PixelMode.GREY;
        case 3 -> PixelMode.PALETTE;
        // Pillow has no mode of two 16-bit bands
        case 4 -> depth == 16 ? PixelMode.RGBA : PixelMode.GREY_ALPHA;
        case 6 -> PixelMode.RGBA;
        default -> PixelMode.RGB;
      };
    }
  }

  /** Palettes that only count the greys up are taken for greys. */
  private static PixelMode bmp(Path file) throws IOException {
    try (FileBytes bytes = new FileBytes(file)) {
      long headerBytes = bytes.u32le(14);
      boolean old = headerBytes == 12;
      int bits = bytes.u16le(old ? 24 : 28);
      if (bits > 8) {
        boolean masks = headerBytes >= 108 && bytes.u32le(30) == 3;
        return masks && bits == 32 && bytes.u32le(66) != 0 ? PixelMode.RGBA : PixelMode.RGB;
      }
      long named = old ? 0 : bytes.u32le(46);
      int colours = named > 0 && named < 1 << bits ? (int) named : 1 << bits;
      for (int i = 0; i < colours; i++) {
        long at = 14 + headerBytes + (long) i * (old ? 3 : 4);
        int grey = colours == 2 ? i * 255 : i;
        if (bytes.u24le(at) != grey * 0x010101) {
          return PixelMode.PALETTE;
        }
      }
      return colours == 2 ? PixelMode.BILEVEL : PixelMode.GREY;
    }
  }

  private static PixelMode webp(Path file) throws IOException {
    try (FileBytes bytes = new FileBytes(file)) {
      boolean alpha =
          switch (bytes.ascii(12, 4)) {
            case "VP8X" -> (bytes.u8(20) & 0x10) != 0;
            case "VP8L" -> (bytes.u32le(21) >> 28 & 1) != 0;
            default -> false;
          };
      return alpha ? PixelMode.RGBA : PixelMode.RGB;
    }
  }

  private static PixelMode tiff(Path file, MediaType type) throws IOException {
    try (ImageIoSource.Open open = ImageIoSource.open(file, type)) {
      ImageReader reader = open.reader();
      ColorModel colors = reader.getImageTypes(0).next().getColorModel();
      if (colors instanceof IndexColorModel palette) {
        return colors.getPixelSize() == 1
            ? PixelMode.BILEVEL
            : isGrey(palette) ? PixelMode.GREY : PixelMode.PALETTE;
      }
      return switch (colors.getNumComponents()) {
        case 1 -> colors.getComponentSize(0) == 16 ? PixelMode.GREY_16 : PixelMode.GREY;
        case 2 -> PixelMode.GREY_ALPHA;
        case 3 -> PixelMode.RGB;
        case 4 ->
            colors.getColorSpace().getType() == ColorSpace.TYPE_CMYK
                ? PixelMode.CMYK
                : PixelMode.RGBA;
        default -> PixelMode.RGB;
      };
    }
  }

  private static boolean isGrey(IndexColorModel palette) {
    for (int i = 0; i < palette.getMapSize(); i++) {
      int rgb = palette.getRGB(i);
      if ((rgb >> 16 & 0xff) != (rgb & 0xff) || (rgb >> 8 & 0xff) != (rgb & 0xff)) {
        return false;
      }
    }
    return true;
  }

  /** By ffmpeg's names of pixel formats. */
  private static PixelMode named(String format) {
    if (format.startsWith("gray")) {
      return PixelMode.GREY;
    }
    if (format.startsWith("ya")) {
      return PixelMode.GREY_ALPHA;
    }
    return format.matches("(rgba|bgra|argb|abgr|gbrap|yuva).*") ? PixelMode.RGBA : PixelMode.RGB;
  }
}
