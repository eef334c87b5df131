package dev.minsight.bench;

import static org.bytedeco.leptonica.global.leptonica.pixDestroy;
import static org.bytedeco.leptonica.global.leptonica.pixGetData;
import static org.bytedeco.leptonica.global.leptonica.pixReadMemJpeg;
import static org.bytedeco.leptonica.global.leptonica.pixScale;

import dev.minsight.media.DecodedImage;
import dev.minsight.media.Ffmpeg;
import dev.minsight.media.ImageDecoder;
import dev.minsight.media.MediaLimits;
import dev.minsight.media.MediaType;
import dev.minsight.media.Resampling;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.bytedeco.leptonica.PIX;

/**
 * A JPEG of 12 megapixels made 640 pixels wide: our decoder against everything else on the class
 * path that can, each in its fastest way, on one thread. All take turns, and the median of the
 * rounds counts.
 */
final class JpegDecodeBench {

  private static final int WIDTH = 640;
  private static final int HEIGHT = 480;
  private static final int WARM_UP = 15;
  private static final String OURS = "ours: upright RGB, 640 x 480, resampled as Pillow does";

  /** Of the fastest other one's time, at most. */
  private static final double MOST_RATIO = 1.3;

  private final Path folder;
  private final int rounds;
  private final PrintStream out;

  /** Brings one file to a size; returns the width that came out. */
  private interface Way {
    int of(Path file) throws IOException;
  }

  JpegDecodeBench(Path folder, int rounds, PrintStream out) {
    this.folder = folder;
    this.rounds = rounds;
    this.out = out;
  }

  /**
   * Runs it and prints the figures.
   *
   * @return whether the target was met
   */
  boolean run() throws IOException {
    Path photo = Photos.large(1, folder);
    out.printf("A JPEG of 4000 x 3000, %.1f MB, one thread%n", Files.size(photo) / 1e6);
    Map<String, Way> ways = ways();
    Map<String, List<Double>> times = new LinkedHashMap<>();
    Map<String, Integer> widths = new LinkedHashMap<>();
    for (int round = -WARM_UP; round < rounds; round++) {
      for (Map.Entry<String, Way> way : ways.entrySet()) {
        long start = System.nanoTime();
        widths.put(way.getKey(), way.getValue().of(photo));
        double millis = (System.nanoTime() - start) / 1e6;
        if (round >= 0) {
          times.computeIfAbsent(way.getKey(), name -> new ArrayList<>()).add(millis);
        }
      }
    }
    return report(times, widths);
  }

  private boolean report(Map<String, List<Double>> times, Map<String, Integer> widths) {
    double ours = median(times.get(OURS));
    double fastest = Double.MAX_VALUE;
    for (Map.Entry<String, List<Double>> each : times.entrySet()) {
      double median = median(each.getValue());
      int width = widths.get(each.getKey());
      out.printf("%-62s %4d px %7.1f ms%n", each.getKey(), width, median);
      if (!each.getKey().startsWith("ours")) {
        fastest = Math.min(fastest, median);
      }
    }
    double ratio = ours / fastest;
    out.printf("ours / fastest other: %.2f (target at most %.1f)%n", ratio, MOST_RATIO);
    return ratio <= MOST_RATIO;
  }

  private Map<String, Way> ways() {
    MediaLimits limits = MediaLimits.defaults();
    Ffmpeg ffmpeg = new Ffmpeg(folder.resolve("tools"), limits.ffmpegTimeout());
    ImageDecoder decoder = new ImageDecoder(limits, ffmpeg);
    MediaType jpeg = MediaType.of("image/jpeg");
    Map<String, Way> ways = new LinkedHashMap<>();
    ways.put(OURS, file -> reduced(decoder.decode(file, jpeg, WIDTH)));
    ways.put(
        "ours, without the last step (what the models' own steps take)",
        file -> decoder.decode(file, jpeg, WIDTH).image().width());
    ways.put("libjpeg-turbo in leptonica, 1/4, and its area map", JpegDecodeBench::leptonica);
    ways.put(
        "JDK, every 6th pixel (aliased)", file -> imageIo(reader("com.sun."), file, 6).getWidth());
    ways.put(
        "JDK, every 3rd pixel (aliased), bilinear",
        file -> smooth(imageIo(reader("com.sun."), file, 3)).getWidth());
    ways.put(
        "TwelveMonkeys, every 6th pixel (aliased)",
        file -> imageIo(reader("com.twelvemonkeys."), file, 6).getWidth());
    ways.put("ffmpeg program, 1/4, its scaler, raw through a pipe", file -> ffmpeg(ffmpeg, file));
    return ways;
  }

  private static int reduced(DecodedImage image) {
    return Resampling.resize(image.image(), WIDTH, HEIGHT, Resampling.Filter.BILINEAR).width();
  }

  private static int leptonica(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    PIX pix = pixReadMemJpeg(bytes, bytes.length, 0, 4, new int[1], 0);
    PIX scaled = pixScale(pix, (float) WIDTH / pix.w(), (float) HEIGHT / pix.h());
    try {
      int[] words = new int[scaled.wpl() * scaled.h()];
      pixGetData(scaled).capacity(words.length).asBuffer().get(words);
      return scaled.w();
    } finally {
      pixDestroy(scaled);
      pixDestroy(pix);
    }
  }

  private static BufferedImage imageIo(ImageReader reader, Path file, int step) throws IOException {
    try (ImageInputStream input = ImageIO.createImageInputStream(file.toFile())) {
      reader.setInput(input, true, true);
      ImageReadParam param = reader.getDefaultReadParam();
      param.setSourceSubsampling(step, step, 0, 0);
      return reader.read(0, param);
    } finally {
      reader.dispose();
    }
  }

  private static ImageReader reader(String library) {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("jpeg");
    ImageReader reader = readers.next();
    while (!reader.getClass().getName().startsWith(library)) {
      reader = readers.next();
    }
    return reader;
  }

  private static BufferedImage smooth(BufferedImage image) {
    BufferedImage small = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = small.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(image, 0, 0, WIDTH, HEIGHT, null);
    graphics.dispose();
    return small;
  }

  private static int ffmpeg(Ffmpeg ffmpeg, Path file) {
    List<String> arguments = new ArrayList<>(List.of("-lowres", "2"));
    arguments.addAll(Ffmpeg.input(file));
    arguments.addAll(List.of("-vf", "scale=" + WIDTH + ":" + HEIGHT));
    arguments.addAll(List.of("-pix_fmt", "rgb24", "-f", "rawvideo", "pipe:1"));
    int[] bytes = new int[1];
    ffmpeg.stream(arguments, stdout -> bytes[0] = stdout.readAllBytes().length);
    return bytes[0] / HEIGHT / 3;
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }
}
