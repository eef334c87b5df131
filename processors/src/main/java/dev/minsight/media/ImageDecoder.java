package dev.minsight.media;

import dev.minsight.support.RetryableException;
import dev.minsight.support.UnprocessableMediaException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Turns picture files into pixels: upright, RGB, first frame, transparency on white.
 *
 * <p>Each format has its reader (JPEG leptonica; PNG, GIF, BMP, TIFF, CMYK ImageIO; WebP libwebp;
 * HEIC, AVIF, JPEG 2000 and the rare ones the ffmpeg child). The guards run before any of them, a
 * share of the pixel budget is held while one runs, and no picture takes more of the heap than its
 * result and one strip. Safe for many threads; one instance per server, since it owns the budget.
 */
public final class ImageDecoder {

  /** Above this size of the compressed file a WebP is left to the child, in bytes. */
  private static final long MAX_WEBP_BYTES = 64 << 20;

  private final PictureHeaders headers;
  private final Guard guard;
  private final FfmpegSource ffmpegSource;
  private final PixelBudget budget;

  /**
   * @param limits what may be decoded, and how much at a time
   * @param ffmpeg for the formats that need it
   */
  public ImageDecoder(MediaLimits limits, Ffmpeg ffmpeg) {
    this.headers = new PictureHeaders(limits, ffmpeg);
    this.guard = new Guard(limits);
    this.ffmpegSource = new FfmpegSource(ffmpeg);
    this.budget = new PixelBudget(limits.pixelsInFlight());
  }

  /**
   * Decodes a picture.
   *
   * @param file the picture
   * @param type what {@link MediaSniffer} made of it
   * @param minLongSide the long side that suffices, in pixels: the result is smaller than the
   *     picture only by a power of two, and never smaller than this; {@link Integer#MAX_VALUE} for
   *     every pixel
   * @return the upright picture and its full size
   * @throws UnprocessableMediaException if the file is damaged, too large or no picture; a picture
   *     that merely ends too early is returned as far as it goes
   * @throws RetryableException if the file cannot be read, or needs ffmpeg and there is none
   */
  public DecodedImage decode(Path file, MediaType type, int minLongSide) {
    PictureHeader header = checkedHeader(file, type);
    boolean jpeg = type.mime().equals("image/jpeg");
    boolean huge = header.pixels() > ImageIoSource.STRIP_PIXELS;
    int factor = jpeg || huge ? reduction(header, minLongSide, jpeg ? 8 : 64) : 1;
    checkHeap(header, factor, 3);
    RgbImage stored =
        jpeg
            ? jpeg(file, type, header, factor)
            : budget.spend(
                header.pixels(), () -> assemble(factor, sink -> read(file, type, header, sink)));
    return new DecodedImage(
        Orientation.upright(stored, header.orientation()),
        header.uprightWidth(),
        header.uprightHeight());
  }

  /** Decodes a picture with its transparency, every pixel of it. Otherwise as {@link #decode}. */
  RgbaImage decodeWithAlpha(Path file, MediaType type) {
    PictureHeader header = checkedHeader(file, type);
    checkHeap(header, 1, 4);
    RgbaImage.Assembler assembler = new RgbaImage.Assembler();
    budget.spend(
        header.pixels(),
        () -> {
          read(file, type, header, assembler);
          return null;
        });
    return Orientation.upright(assembler.image(), header.orientation());
  }

  private static RgbImage assemble(int factor, Consumer<RowSink> reading) {
    RgbAssembler assembler = new RgbAssembler(factor);
    reading.accept(assembler);
    return assembler.image();
  }

  /** The header of a picture that may be decoded. */
  PictureHeader checkedHeader(Path file, MediaType type) {
    if (!type.isImage()) {
      throw new UnprocessableMediaException("the file is no picture but " + type.mime());
    }
    PictureHeader header = headers.read(file, type);
    guard.checkBytes(file);
    guard.checkSize(header.width(), header.height());
    return header;
  }

  /** Reads stored pixels without turning or reducing them; for digests. */
  void readStored(Path file, MediaType type, RowSink sink) {
    PictureHeader header = checkedHeader(file, type);
    budget.spend(
        header.pixels(),
        () -> {
          read(file, type, header, sink);
          return null;
        });
  }

  /**
   * Reads stored pixels as Pillow would keep them. What HEIF says about turning is part of how its
   * picture is put together and so was done already; what EXIF says is not.
   *
   * @param sinkOf makes the taker of rows, which are in the mode's layout
   */
  void readAsPillow(Path file, MediaType type, Function<PixelMode, RowSink> sinkOf) {
    PictureHeader header = checkedHeader(file, type);
    checkHeap(header, 1, 3);
    PixelMode mode;
    try {
      mode = PixelModes.of(file, type, header, ffmpegSource);
    } catch (IOException | RuntimeException e) {
      throw damaged(file, type, e);
    }
    RowSink sink = sinkOf.apply(mode);
    boolean jpeg = type.mime().equals("image/jpeg");
    boolean heif = header.primaryItem() >= 0;
    if (mode == PixelMode.CMYK && jpeg) {
      budget.spend(header.pixels(), () -> inks(file, type, sink));
    } else if (jpeg) {
      jpeg(file, type, header, 1).rows(sink);
    } else if (heif) {
      decodeWithAlpha(file, type).rows(sink);
    } else {
      budget.spend(
          header.pixels(),
          () -> {
            read(file, type, header, mode.layout(), sink);
            return null;
          });
    }
  }

  private Object inks(Path file, MediaType type, RowSink sink) {
    try {
      Inks.read(file, guard.checkScans(file).adobeTransform(), sink);
      return null;
    } catch (IOException | RuntimeException e) {
      throw damaged(file, type, e);
    }
  }

  /** For tests: whether every share was given back. */
  long freePixels() {
    return budget.free();
  }

  static int reduction(PictureHeader header, int minLongSide, int most) {
    int longSide = Math.max(header.width(), header.height());
    int factor = most;
    while (factor > 1 && (longSide + factor - 1) / factor < minLongSide) {
      factor /= 2;
    }
    return factor;
  }

  /** Says no before the heap does: the result must fit into it, twice if it is to be turned. */
  private static void checkHeap(PictureHeader header, int factor, int bands) {
    long bytes = header.pixels() * bands / factor / factor;
    long needed = header.orientation() == 1 ? bytes : 2 * bytes;
    long heap = Runtime.getRuntime().maxMemory();
    if (needed > heap / 10 * 6 || bytes > Integer.MAX_VALUE - 8) {
      throw new UnprocessableMediaException(
          "the picture needs "
              + (needed >> 20)
              + " MiB of memory at this size and the server has "
              + (heap >> 20)
              + "; give it more (-Xmx) or ask for a smaller size");
    }
  }

  private RgbImage jpeg(Path file, MediaType type, PictureHeader header, int factor) {
    JpegScan.Info scan = guard.checkScans(file);
    boolean turbo =
        Leptonica.available()
            && header.components() <= 3
            && scan.length() <= Leptonica.MAX_COMPRESSED;
    // libjpeg keeps a progressive picture's coefficients at full size whatever the reduction
    long inFlight = scan.scans() > 3 ? header.pixels() : header.pixels() / factor / factor;
    if (turbo) {
      Optional<RgbImage> image =
          budget.spend(
              inFlight,
              () ->
                  Leptonica.decode(firstBytes(file, (int) scan.length()), factor)
                      .filter(decoded -> !isBlank(decoded))
                      .map(Leptonica.Decoded::image));
      if (image.isPresent()) {
        return image.get();
      }
    }
    // CMYK, lossless or twelve bits, or damaged beyond what libjpeg bears
    int lesser = header.pixels() > ImageIoSource.STRIP_PIXELS ? factor : 1;
    return budget.spend(
        header.pixels(),
        () ->
            assemble(
                lesser,
                sink -> {
                  if (scan.length() > Leptonica.MAX_COMPRESSED) {
                    ffmpegSource.read(file, header, sink);
                  } else {
                    imageIo(file, type, header, PixelRows.Layout.RGBA, sink);
                  }
                }));
  }

  /** A decoder that only guessed leaves one colour: the data ended before the first block. */
  private static boolean isBlank(Leptonica.Decoded decoded) {
    if (decoded.warnings() == 0) {
      return false;
    }
    byte[] rgb = decoded.image().rgb();
    for (int i = 3; i < rgb.length; i++) {
      if (rgb[i] != rgb[i - 3]) {
        return false;
      }
    }
    return true;
  }

  private static byte[] firstBytes(Path file, int length) {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(length);
    } catch (IOException e) {
      throw new RetryableException("cannot read " + file.getFileName() + ": " + e.getMessage(), e);
    }
  }

  private void read(Path file, MediaType type, PictureHeader header, RowSink sink) {
    read(file, type, header, PixelRows.Layout.RGBA, sink);
  }

  /** Only what ImageIO reads has other layouts than RGBA. */
  private void read(
      Path file, MediaType type, PictureHeader header, PixelRows.Layout layout, RowSink sink) {
    switch (type.mime()) {
      case "image/jpeg", "image/png", "image/gif", "image/bmp", "image/tiff" ->
          imageIo(file, type, header, layout, sink);
      case "image/webp" -> webp(file, type, header, sink);
      default -> ffmpegSource.read(file, header, sink);
    }
  }

  private static void imageIo(
      Path file, MediaType type, PictureHeader header, PixelRows.Layout layout, RowSink sink) {
    try {
      ImageIoSource.read(file, type, header.width(), header.height(), layout, sink);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      throw damaged(file, type, e);
    }
  }

  private void webp(Path file, MediaType type, PictureHeader header, RowSink sink) {
    try (FileBytes bytes = new FileBytes(file)) {
      WebpChunks chunks = WebpChunks.read(bytes, 0);
      boolean large =
          header.pixels() > ImageIoSource.STRIP_PIXELS || bytes.length() > MAX_WEBP_BYTES;
      if (large && !chunks.animated()) {
        ffmpegSource.read(file, header, sink);
        return;
      }
      byte[] still =
          chunks.animated() ? chunks.firstFrame(bytes) : bytes.bytes(0, (int) bytes.length());
      int left = chunks.animated() ? chunks.frameX(bytes) : 0;
      int top = chunks.animated() ? chunks.frameY(bytes) : 0;
      ImageIoSource.readWebp(still, type, header.width(), header.height(), left, top, sink);
    } catch (IOException
        | IllegalArgumentException
        | IllegalStateException
        | ArithmeticException e) {
      throw damaged(file, type, e);
    }
  }

  /** A file that cannot even be opened is not damaged: its disk may come back. */
  private static RuntimeException damaged(Path file, MediaType type, Throwable e) {
    if (e instanceof UnprocessableMediaException known) {
      return known;
    }
    if (!Files.isReadable(file)) {
      return new RetryableException("cannot read " + file.getFileName(), e);
    }
    String reason =
        e.getMessage() == null ? "" : ": " + e.getMessage().lines().findFirst().orElse("");
    return new UnprocessableMediaException(
        "the " + type.spokenName() + " picture's data is damaged" + reason, e);
  }
}
