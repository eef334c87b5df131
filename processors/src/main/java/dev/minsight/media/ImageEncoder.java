package dev.minsight.media;

import com.luciad.imageio.webp.WebPImageWriterSpi;
import com.luciad.imageio.webp.WebPWriteParam;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Writes decoded pictures. Writers are chosen by class as readers are: our own for PNG, libwebp for
 * WebP, the JDK's for the rest. No metadata is written: the pixels are upright and sRGB, which is
 * what a reader assumes of a file that says nothing.
 */
final class ImageEncoder {

  private ImageEncoder() {}

  /**
   * Writes a picture; the file appears complete or not at all.
   *
   * @param quality 1 to 100, of JPEG and WebP only; JPEG's is the scale of libjpeg
   */
  static void write(RgbImage image, ImageFormat format, int quality, Path target)
      throws IOException {
    Parts.write(
        target,
        out -> {
          if (format == ImageFormat.PNG) {
            Png.writeSmall(image, out);
          } else {
            write(buffered(image.width(), image.height(), image.rgb(), 3), format, quality, out);
          }
        });
  }

  /** As {@link #write(RgbImage, ImageFormat, int, Path)}, to a format that has transparency. */
  static void write(RgbaImage image, ImageFormat format, int quality, Path target)
      throws IOException {
    Parts.write(
        target,
        out -> {
          if (format == ImageFormat.PNG) {
            Png.writeSmall(image, out);
          } else {
            byte[] rgba = format == ImageFormat.GIF ? allOrNothing(image.rgba()) : image.rgba();
            write(buffered(image.width(), image.height(), rgba, 4), format, quality, out);
          }
        });
  }

  private static void write(
      BufferedImage image, ImageFormat format, int quality, OutputStream stream)
      throws IOException {
    ImageWriter writer = writer(format);
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(stream)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), param(writer, format, quality));
    } finally {
      writer.dispose();
    }
  }

  private static ImageWriter writer(ImageFormat format) throws IOException {
    if (format == ImageFormat.WEBP) {
      return new WebPImageWriterSpi().createWriterInstance(null);
    }
    Iterator<ImageWriter> writers = ImageIO.getImageWritersByFormatName(format.extension());
    while (writers.hasNext()) {
      ImageWriter writer = writers.next();
      if (writer.getClass().getName().startsWith("com.sun.")) {
        return writer;
      }
    }
    throw new IOException("this Java has no writer for " + format.extension());
  }

  private static ImageWriteParam param(ImageWriter writer, ImageFormat format, int quality) {
    if (format == ImageFormat.WEBP) {
      WebPWriteParam param = new WebPWriteParam(writer.getLocale());
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionType("Lossy");
      param.setCompressionQuality(quality / 100f);
      return param;
    }
    ImageWriteParam param = writer.getDefaultWriteParam();
    if (format == ImageFormat.JPEG) {
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(quality / 100f);
    } else if (format == ImageFormat.TIFF) {
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionType("LZW");
    }
    return param;
  }

  /** Shares the array. */
  private static BufferedImage buffered(int width, int height, byte[] pixels, int bands) {
    int[] offsets = bands == 4 ? new int[] {0, 1, 2, 3} : new int[] {0, 1, 2};
    WritableRaster raster =
        Raster.createInterleavedRaster(
            new DataBufferByte(pixels, pixels.length),
            width,
            height,
            width * bands,
            bands,
            offsets,
            null);
    ColorModel colors =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB),
            bands == 4,
            false,
            bands == 4 ? ColorModel.TRANSLUCENT : ColorModel.OPAQUE,
            DataBuffer.TYPE_BYTE);
    return new BufferedImage(colors, raster, false, null);
  }

  /** GIF knows no half transparency. */
  private static byte[] allOrNothing(byte[] rgba) {
    byte[] result = rgba.clone();
    for (int i = 3; i < result.length; i += 4) {
      result[i] = (byte) (result[i] < 0 ? 255 : 0);
    }
    return result;
  }
}
