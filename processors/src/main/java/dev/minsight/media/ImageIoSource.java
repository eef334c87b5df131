package dev.minsight.media;

import com.luciad.imageio.webp.WebPImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import dev.minsight.support.UnprocessableMediaException;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;

/**
 * Reads pictures through the ImageIO reader that is right for the format, in strips of bounded
 * size.
 *
 * <p>Readers are chosen by class, never by registration order: the JDK's for PNG, GIF and BMP,
 * TwelveMonkeys' for TIFF and for JPEG (CMYK), Luciad's (libwebp) for WebP.
 */
final class ImageIoSource {

  /**
   * Pixels that are decoded at once. Nearly every picture fits into one strip; a larger one costs
   * readers that must start from the top again for each strip.
   */
  static final int STRIP_PIXELS = 16_000_000;

  static {
    // Otherwise every read would leave a temporary file.
    ImageIO.setUseCache(false);
  }

  private ImageIoSource() {}

  /** A reader with its input; closing closes both. */
  record Open(ImageReader reader, ImageInputStream input) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      reader.dispose();
      input.close();
    }
  }

  static Open open(Path file, MediaType type) throws IOException {
    return open(new FileImageInputStream(file.toFile()), type);
  }

  private static Open open(ImageInputStream input, MediaType type) throws IOException {
    ImageReader reader = reader(type);
    reader.setInput(input, true, true);
    return new Open(reader, input);
  }

  private static ImageReader reader(MediaType type) throws IOException {
    return switch (type.mime()) {
      case "image/jpeg" -> CmykJpeg.PROVIDER.createReaderInstance(null);
      case "image/tiff" -> new TIFFImageReaderSpi().createReaderInstance(null);
      case "image/webp" -> new WebPImageReaderSpi().createReaderInstance(null);
      default -> jdkReader(type.mime().substring("image/".length()));
    };
  }

  /**
   * TwelveMonkeys' JPEG reader stands on the JDK's and finds it only by being registered; a
   * registry that was filled under another class loader (a packed jar) may not know it yet.
   */
  private static final class CmykJpeg {
    static final JPEGImageReaderSpi PROVIDER = registered();

    private static JPEGImageReaderSpi registered() {
      IIORegistry registry = IIORegistry.getDefaultInstance();
      JPEGImageReaderSpi known = registry.getServiceProviderByClass(JPEGImageReaderSpi.class);
      if (known != null) {
        return known;
      }
      JPEGImageReaderSpi provider = new JPEGImageReaderSpi();
      registry.registerServiceProvider(provider, ImageReaderSpi.class);
      return provider;
    }
  }

  private static ImageReader jdkReader(String format) throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (reader.getClass().getName().startsWith("com.sun.")) {
        return reader;
      }
    }
    throw new IOException("this Java has no reader for " + format);
  }

  /**
   * Reads the first frame as RGBA.
   *
   * @param file the picture
   * @param type its type
   * @param width full width from the header
   * @param height full height from the header
   * @throws UnprocessableMediaException if the data is damaged before its end
   * @throws IOException if nothing can be read
   */
  static void read(Path file, MediaType type, int width, int height, RowSink sink)
      throws IOException {
    read(file, type, width, height, PixelRows.Layout.RGBA, sink);
  }

  /** As {@link #read(Path, MediaType, int, int, RowSink)}, with rows of another layout. */
  static void read(
      Path file, MediaType type, int width, int height, PixelRows.Layout layout, RowSink sink)
      throws IOException {
    try (Open open = open(file, type)) {
      int[] place = type.mime().equals("image/gif") ? gifPlace(file) : new int[2];
      Canvas canvas = new Canvas(width, height, place[0], place[1], layout, sink);
      sink.start(width, height);
      readOntoCanvas(open.reader(), canvas);
    }
  }

  /**
   * The four inks of a CMYK or YCCK JPEG as the file has them, without any conversion.
   *
   * @return its samples, four bands
   * @throws IOException if it cannot be read
   */
  static Raster inks(Path file) throws IOException {
    try (Open open = open(file, MediaType.of("image/jpeg"))) {
      return open.reader().readRaster(0, null);
    }
  }

  /** Reads a WebP picture, or the first frame of an animation at its place. */
  static void readWebp(
      byte[] still, MediaType type, int width, int height, int left, int top, RowSink sink)
      throws IOException {
    ImageInputStream input = ImageIO.createImageInputStream(new ByteArrayInputStream(still));
    try (Open open = open(input, type)) {
      sink.start(width, height);
      readOntoCanvas(
          open.reader(), new Canvas(width, height, left, top, PixelRows.Layout.RGBA, sink));
    }
  }

  /**
   * Left and top of the first frame: GIF89a, section 20. Found by walking the blocks, because the
   * reader's metadata would bring every comment into memory as well.
   */
  private static int[] gifPlace(Path file) throws IOException {
    try (FileBytes bytes = new FileBytes(file)) {
      int flags = bytes.u8(10);
      long at = 13 + ((flags & 0x80) == 0 ? 0 : 3L << (flags & 7) + 1);
      while (bytes.u8(at) == 0x21) {
        at += 2;
        for (int size = bytes.u8(at); size > 0; size = bytes.u8(at)) {
          at += size + 1;
        }
        at++;
      }
      return new int[] {bytes.u16le(at + 1), bytes.u16le(at + 3)};
    }
  }

  private static void readOntoCanvas(ImageReader reader, Canvas canvas) throws IOException {
    int frameWidth = reader.getWidth(0);
    int frameHeight = reader.getHeight(0);
    int stripRows = Math.max(1, STRIP_PIXELS / frameWidth);
    for (int y = 0; y < frameHeight; y += stripRows) {
      Rectangle strip = new Rectangle(0, y, frameWidth, Math.min(stripRows, frameHeight - y));
      boolean whole = readStrip(reader, strip, y > 0, canvas);
      if (!whole) {
        break;
      }
    }
    canvas.finish();
  }

  /** Whether the strip was complete; false if the data ended inside of it. */
  private static boolean readStrip(
      ImageReader reader, Rectangle strip, boolean sawEarlierRows, Canvas canvas)
      throws IOException {
    ImageReadParam param = reader.getDefaultReadParam();
    BufferedImage target = null;
    RowCounter counter = new RowCounter();
    try {
      if (strip.width != reader.getWidth(0) || strip.height != reader.getHeight(0)) {
        param.setSourceRegion(strip);
      }
      if (!reader.getClass().getName().startsWith("com.luciad.")) {
        // A target of our own keeps the rows that were there before the data ended.
        target = reader.getImageTypes(0).next().createBufferedImage(strip.width, strip.height);
        param.setDestination(target);
        reader.addIIOReadUpdateListener(counter);
      }
      canvas.draw(reader.read(0, param));
      return true;
    } catch (IOException | RuntimeException e) {
      if (isTruncation(e) && target != null && (sawEarlierRows || counter.sawRows())) {
        canvas.draw(target);
        return false;
      }
      throw e;
    } finally {
      reader.removeAllIIOReadUpdateListeners();
    }
  }

  private static boolean isTruncation(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof EOFException
          || String.valueOf(cause.getMessage()).contains("Unexpected end")) {
        return true;
      }
    }
    return false;
  }
}
