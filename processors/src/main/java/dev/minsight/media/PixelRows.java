package dev.minsight.media;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorConvertOp;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;

/**
 * Takes rows of 8-bit RGBA out of whatever {@link BufferedImage} a reader made.
 *
 * <p>Samples are taken as they are stored: {@link BufferedImage#getRGB} would convert grey as if it
 * were linear light and make every grey photo too bright. Embedded RGB profiles are ignored, as the
 * JPEG path ignores them too; only what is not RGB or grey (CMYK, Lab) is converted.
 */
abstract class PixelRows {

  /** What a row is made of. */
  enum Layout {
    /** Red, green, blue and alpha, a byte each; what nearly everybody wants. */
    RGBA(4),
    /** The first sample as it is stored, in a byte: the index of a palette's colour. */
    INDEX(1),
    /** The first sample as it is stored, in two bytes, the lower first: 16-bit grey. */
    WORD(2),
    /** The first four samples as they are stored, a byte each: inks. */
    INKS(4);

    private final int bytes;

    Layout(int bytes) {
      this.bytes = bytes;
    }

    /**
     * @return bytes of one pixel
     */
    int bytes() {
      return bytes;
    }
  }

  /**
   * Reads one row.
   *
   * @param y row, from the top
   * @param row receives the bytes of each pixel, as the layout says
   */
  abstract void read(int y, byte[] row);

  static PixelRows of(BufferedImage image, Layout layout) {
    return switch (layout) {
      case RGBA -> of(image);
      case INDEX, WORD -> new Stored(image.getRaster(), 1, layout.bytes());
      case INKS -> new Stored(image.getRaster(), layout.bytes(), 1);
    };
  }

  static PixelRows of(BufferedImage image) {
    ColorModel colors = image.getColorModel();
    if (colors instanceof IndexColorModel palette) {
      return new Palette(image.getRaster(), palette);
    }
    int space = colors.getColorSpace().getType();
    boolean plain = space == ColorSpace.TYPE_RGB || space == ColorSpace.TYPE_GRAY;
    int transfer = image.getRaster().getTransferType();
    if (!plain || transfer == DataBuffer.TYPE_FLOAT || transfer == DataBuffer.TYPE_DOUBLE) {
      BufferedImage rgb =
          new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_ARGB);
      return of(new ColorConvertOp(null).filter(image, rgb));
    }
    if (colors.isAlphaPremultiplied()) {
      colors.coerceData(image.getRaster(), false);
    }
    boolean bytes =
        image.getRaster().getSampleModel() instanceof PixelInterleavedSampleModel
            && image.getRaster().getDataBuffer() instanceof DataBufferByte;
    return bytes ? new Interleaved(image) : new Samples(image);
  }

  /** The common case: one byte a sample, the samples of a pixel side by side. */
  private static final class Interleaved extends PixelRows {
    private final int width;
    private final byte[] data;
    private final int start;
    private final int stride;
    private final int step;
    private final int[] offsets;

    Interleaved(BufferedImage image) {
      Raster raster = image.getRaster();
      PixelInterleavedSampleModel model = (PixelInterleavedSampleModel) raster.getSampleModel();
      width = image.getWidth();
      data = ((DataBufferByte) raster.getDataBuffer()).getData();
      stride = model.getScanlineStride();
      step = model.getPixelStride();
      offsets = model.getBandOffsets();
      start =
          raster.getDataBuffer().getOffset()
              - raster.getSampleModelTranslateY() * stride
              - raster.getSampleModelTranslateX() * step;
    }

    @Override
    void read(int y, byte[] rgba) {
      boolean grey = offsets.length < 3;
      int red = offsets[0];
      int green = offsets[grey ? 0 : 1];
      int blue = offsets[grey ? 0 : 2];
      int alpha = offsets.length == 2 ? offsets[1] : offsets.length == 4 ? offsets[3] : -1;
      int at = start + y * stride;
      for (int out = 0; out < width * 4; at += step) {
        rgba[out++] = data[at + red];
        rgba[out++] = data[at + green];
        rgba[out++] = data[at + blue];
        rgba[out++] = alpha < 0 ? (byte) 255 : data[at + alpha];
      }
    }
  }

  /** Indexed colours: one to eight bits a pixel into a table. */
  private static final class Palette extends PixelRows {
    private final Raster raster;
    private final int[] colors = new int[1 << 16];
    private final int[] row;

    Palette(Raster raster, IndexColorModel palette) {
      this.raster = raster;
      this.row = new int[raster.getWidth()];
      int[] known = new int[palette.getMapSize()];
      palette.getRGBs(known);
      System.arraycopy(known, 0, colors, 0, Math.min(known.length, colors.length));
    }

    @Override
    void read(int y, byte[] rgba) {
      raster.getSamples(raster.getMinX(), raster.getMinY() + y, row.length, 1, 0, row);
      int out = 0;
      for (int index : row) {
        int color = colors[index & 0xffff];
        rgba[out++] = (byte) (color >> 16);
        rgba[out++] = (byte) (color >> 8);
        rgba[out++] = (byte) color;
        rgba[out++] = (byte) (color >>> 24);
      }
    }
  }

  /** Samples of the first bands, untouched. */
  private static final class Stored extends PixelRows {
    private final Raster raster;
    private final int bands;
    private final int bytes;
    private final int[] samples;

    /**
     * @param bands how many, from the first on
     * @param bytes of each, the lowest first
     */
    Stored(Raster raster, int bands, int bytes) {
      this.raster = raster;
      this.bands = bands;
      this.bytes = bytes;
      this.samples = new int[raster.getWidth()];
    }

    @Override
    void read(int y, byte[] row) {
      for (int band = 0; band < bands; band++) {
        raster.getSamples(raster.getMinX(), raster.getMinY() + y, samples.length, 1, band, samples);
        for (int x = 0; x < samples.length; x++) {
          for (int i = 0; i < bytes; i++) {
            row[(x * bands + band) * bytes + i] = (byte) (samples[x] >> 8 * i);
          }
        }
      }
    }
  }

  /** Everything else: any number of bits, brought to eight. */
  private static final class Samples extends PixelRows {
    private final Raster raster;
    private final int bands;
    private final int[] bits;
    private final int[] row;

    Samples(BufferedImage image) {
      raster = image.getRaster();
      bands = raster.getNumBands();
      bits = raster.getSampleModel().getSampleSize();
      row = new int[raster.getWidth() * bands];
    }

    @Override
    void read(int y, byte[] rgba) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, raster.getWidth(), 1, row);
      boolean grey = bands < 3;
      int out = 0;
      for (int at = 0; at < row.length; at += bands) {
        rgba[out++] = eight(at, 0);
        rgba[out++] = eight(at, grey ? 0 : 1);
        rgba[out++] = eight(at, grey ? 0 : 2);
        rgba[out++] = bands == 2 || bands == 4 ? eight(at, bands - 1) : (byte) 255;
      }
    }

    private byte eight(int at, int band) {
      int value = row[at + band];
      int size = bits[band];
      return (byte) (size >= 8 ? value >>> (size - 8) : value * 255 / ((1 << size) - 1));
    }
  }
}
