package dev.minsight.compute.plugins;

import dev.minsight.media.Fixtures;
import dev.minsight.testing.Videos;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Files that a plugin must bear: those of the list of bad input, and all of {@code
 * ../shared/media/corrupt}.
 *
 * @param name what is bad about it
 * @param asPicture part of the reason why it cannot be taken for a picture; null if it can
 * @param asThumbnail the same for a picture or a video
 * @param asVideo the same for a video
 * @param maker makes it in a folder
 */
record BadInput(
    String name, String asPicture, String asThumbnail, String asVideo, Function<Path, Path> maker) {

  private static final String NO_PICTURE = "is no picture";
  private static final String NO_VIDEO = "not a video";

  @Override
  public String toString() {
    return name;
  }

  Path in(Path folder) {
    return maker.apply(folder);
  }

  /** Something like a picture; without a reason it is one. */
  private static BadInput picture(String name, String refusal, Function<Path, Path> maker) {
    return new BadInput(name, refusal, refusal, NO_VIDEO, maker);
  }

  private static BadInput of(String name, String refusal, String file, byte[] bytes) {
    return picture(name, refusal, folder -> Fixtures.write(folder, file, bytes));
  }

  private static BadInput mode(String name, String file) {
    return picture(name, null, folder -> Path.of("src/test/resources/modes", file));
  }

  private static BadInput shared(String file, String refusal) {
    return picture(file, refusal, folder -> Fixtures.shared(file));
  }

  /** Neither picture nor text, so ffmpeg is asked whether it is a video. */
  private static BadInput unknown(String name, String type, String file, byte[] bytes) {
    return new BadInput(
        name,
        type,
        type,
        "no video that can be read",
        folder -> Fixtures.write(folder, file, bytes));
  }

  /** Something like a video; without a reason it is one. */
  private static BadInput video(String name, String refusal, Function<Path, Path> maker) {
    return new BadInput(name, NO_PICTURE, refusal, refusal, maker);
  }

  /** Everything that is neither sound nor video. */
  private static Stream<BadInput> pictures() {
    byte[] noise = noise();
    byte[] lie = noise.clone();
    sizeOf(lie, 65_500, 65_500);
    byte[] flat = noise.clone();
    sizeOf(flat, 0, 0);
    byte[] broken = Fixtures.png(64, 64, Fixtures.chunk("IDAT", new byte[] {1, 2, 3, 4}));
    byte[] bomb = Fixtures.deflate(new byte[64 << 20]);
    byte[] comment = new byte[6 + bomb.length];
    System.arraycopy("bomb\0\0".getBytes(StandardCharsets.US_ASCII), 0, comment, 0, 6);
    System.arraycopy(bomb, 0, comment, 6, bomb.length);
    byte[] png = Fixtures.encode(Fixtures.quarters(40, 30, BufferedImage.TYPE_INT_RGB), "png");
    byte[] svg = "<svg xmlns='http://www.w3.org/2000/svg'/>".getBytes(StandardCharsets.US_ASCII);
    byte[] text = "hello, world\n".getBytes(StandardCharsets.US_ASCII);
    return Stream.of(
        of("truncated JPEG", null, "a.jpg", Arrays.copyOf(noise, noise.length / 2)),
        of("JPEG cut in its header", "header is damaged", "a.jpg", Arrays.copyOf(noise, 30)),
        of("PNG cut in its header", "header is damaged", "a.png", Arrays.copyOf(png, 20)),
        of("text renamed .jpg", "text/plain", "a.jpg", text),
        of("wrong type: an SVG", "SVG", "a.svg", svg),
        of("PNG whose data is damaged", "damaged", "a.png", broken),
        of("GIF of noise", "damaged", "a.gif", gifOfNoise()),
        of("bomb: PNG of 900 megapixels", "900 megapixels", "a.png", Fixtures.png(30_000, 30_000)),
        of("huge PNG header", "max-pixels", "a.png", Fixtures.png(2_000_000_000, 2_000_000_000)),
        of("huge JPEG header", "max-pixels", "a.jpg", lie),
        of("long and thin beyond bounds", "max-side", "a.png", Fixtures.png(40_000, 1)),
        of("zero-area PNG", "header is damaged", "a.png", Fixtures.png(0, 10)),
        of("zero-area JPEG", "header is damaged", "a.jpg", flat),
        of("zTXt bomb", null, "a.png", withChunk(png, Fixtures.chunk("zTXt", comment))),
        mode("CMYK", "cmyk.jpg"),
        mode("CMYK TIFF", "cmyk.tif"),
        mode("16-bit", "rgba_16.png"),
        mode("16-bit grey", "grey_16.tif"),
        mode("one bit", "bilevel.png"),
        mode("palette", "palette_4bit.png"),
        mode("one pixel", "one_pixel.png"),
        mode("animated", "animated.gif"),
        shared("formats/animation_lossy.webp", null),
        shared("orientation/landscape_6.jpg", null),
        shared("corrupt/corrupted.jpg", null),
        shared("corrupt/image00971.jpg", null),
        shared("corrupt/image01137.jpg", null),
        shared("corrupt/image01551.jpg", null),
        shared("corrupt/ix_30-type_error.jpg", null),
        shared("corrupt/ix_35-empty.jpg", null),
        shared("corrupt/negative_array_size.heif", "damaged"),
        shared("corrupt/photo.gif", "header is damaged"),
        shared("corrupt/truncated.jpg", null));
  }

  /** What nobody knows, sound, and videos that lack what makes a video, or are unusual. */
  private static Stream<BadInput> others() {
    return Stream.of(
        new BadInput(
            "empty",
            "application/octet-stream",
            "application/octet-stream",
            "the file is empty",
            folder -> Fixtures.write(folder, "a.jpg", new byte[0])),
        unknown("one byte", "octet-stream", "a.png", new byte[] {(byte) 0x89}),
        unknown("wrong type: a ZIP", "application/zip", "a.png", zip()),
        new BadInput(
            "sound",
            NO_PICTURE,
            "Unsupported media type: audio/wav",
            "no video stream",
            folder -> Fixtures.write(folder, "a.mp4", wav())),
        new BadInput(
            "video without a video stream",
            NO_PICTURE,
            "no moving picture",
            "no video stream",
            BadInput::soundOnly),
        video(
            "video of noise",
            "ffmpeg cannot read",
            folder -> Fixtures.write(folder, "a.mp4", mp4OfNoise())),
        video("truncated video", "ffmpeg cannot read", BadInput::truncatedVideo),
        video("video without sound", null, BadInput::silent),
        video("video of variable frame rate", null, BadInput::uneven),
        video("rotated video", null, BadInput::rotated));
  }

  /** All of them. */
  static Stream<BadInput> all() {
    return Stream.concat(pictures(), others());
  }

  private static void sizeOf(byte[] jpeg, int width, int height) {
    for (int i = 0; i + 9 < jpeg.length; i++) {
      if ((jpeg[i] & 0xff) == 0xff && (jpeg[i + 1] & 0xff) == 0xc0) {
        ByteBuffer.wrap(jpeg).putShort(i + 5, (short) height).putShort(i + 7, (short) width);
        return;
      }
    }
  }

  private static byte[] noise() {
    BufferedImage image = new BufferedImage(320, 240, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(7);
    for (int i = 0; i < 320 * 240; i++) {
      image.setRGB(i % 320, i / 320, random.nextInt());
    }
    return Fixtures.encode(image, "jpg");
  }

  private static byte[] withChunk(byte[] png, byte[] chunk) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(png, 0, 33);
    out.writeBytes(chunk);
    out.write(png, 33, png.length - 33);
    return out.toByteArray();
  }

  private static byte[] zip() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      out.putNextEntry(new ZipEntry("a.txt"));
      out.write(1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] gifOfNoise() {
    byte[] bytes = new byte[200];
    Arrays.fill(bytes, (byte) 0xff);
    System.arraycopy("GIF89a\20\0\20\0".getBytes(StandardCharsets.ISO_8859_1), 0, bytes, 0, 10);
    return bytes;
  }

  private static byte[] mp4OfNoise() {
    byte[] bytes = new byte[4000];
    new Random(3).nextBytes(bytes);
    System.arraycopy(
        "\0\0\0\30ftypisom\0\0\2\0isommp42".getBytes(StandardCharsets.ISO_8859_1), 0, bytes, 0, 24);
    return bytes;
  }

  /** A second of silence. */
  static byte[] wav() {
    ByteBuffer wav = ByteBuffer.allocate(44 + 16_000).order(ByteOrder.LITTLE_ENDIAN);
    wav.put("RIFF".getBytes()).putInt(36 + 16_000).put("WAVEfmt ".getBytes()).putInt(16);
    wav.putShort((short) 1).putShort((short) 1).putInt(8000).putInt(16_000);
    wav.putShort((short) 2).putShort((short) 16).put("data".getBytes()).putInt(16_000);
    return wav.array();
  }

  private static Path soundOnly(Path folder) {
    Path sound = Fixtures.write(folder, "sound.wav", wav());
    Path film = folder.resolve("film.mp4");
    Fixtures.FFMPEG.run(List.of("-i", "file:" + sound, "-c:a", "aac", "-f", "mp4", "file:" + film));
    return film;
  }

  private static Path silent(Path folder) {
    return Videos.silent(folder.resolve("silent.mp4"), 64, 48, 1);
  }

  private static Path uneven(Path folder) {
    return Videos.write(
        List.of(
            "-f",
            "lavfi",
            "-i",
            "testsrc=size=64x48:rate=30:duration=1",
            "-vf",
            "setpts='if(lt(N,15),N/30,1+(N-15)/11)/TB'",
            "-fps_mode",
            "vfr"),
        folder.resolve("uneven.mkv"));
  }

  private static Path rotated(Path folder) {
    Path film = folder.resolve("rotated.mp4");
    Fixtures.FFMPEG.run(
        List.of(
            "-display_rotation",
            "90",
            "-i",
            "file:" + silent(folder),
            "-c",
            "copy",
            "file:" + film));
    return film;
  }

  private static Path truncatedVideo(Path folder) {
    try {
      byte[] whole = Files.readAllBytes(silent(folder));
      return Fixtures.write(folder, "cut.mp4", Arrays.copyOf(whole, whole.length / 2));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
