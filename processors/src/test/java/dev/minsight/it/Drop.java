package dev.minsight.it;

import dev.minsight.testing.Pictures;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/**
 * Somebody who copies files into a drop folder, one after the other and not all at once, whatever
 * happens to the server meanwhile.
 */
final class Drop {

  static final int FILES = 500;

  private static final int DUPLICATES = 30;
  private static final int TEXTS = 20;
  private static final int EMPTY = 15;
  private static final int TORN = 15;
  private static final List<String> FOLDERS = List.of("", "", "2024/", "2024/Sommer/", "Ä & Co/");
  private static final long PAUSE_MILLIS = 60;

  /** What a dropped file is. */
  enum Kind {
    PICTURE,
    TEXT,
    BAD
  }

  /**
   * A file to drop.
   *
   * @param name path below the folder, with slashes
   */
  record Dropped(String name, byte[] bytes, Kind kind) {}

  private final Path folder;
  private final Random random;
  private final List<Dropped> files;
  private final Semaphore allowed = new Semaphore(0);
  private final Thread copier = new Thread(this::copyAll, "copier");
  private volatile RuntimeException failure;

  Drop(Path folder, long seed) {
    this.folder = folder;
    this.random = new Random(seed);
    this.files = make();
    copier.setDaemon(true);
    copier.start();
  }

  List<Dropped> files() {
    return files;
  }

  /** Lets so many more files be copied. */
  void more(int count) {
    allowed.release(count);
  }

  void awaitAllCopied() {
    try {
      copier.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      throw failure;
    }
  }

  private List<Dropped> make() {
    List<Dropped> made = new ArrayList<>();
    int pictures = FILES - DUPLICATES - TEXTS - EMPTY - TORN;
    List<byte[]> portraits = portraits();
    for (int i = 0; i < pictures; i++) {
      made.add(
          i < portraits.size()
              ? file(i, "jpg", portraits.get(i), Kind.PICTURE)
              : picture(i, i % 3 == 0 ? "jpg" : "png"));
    }
    for (int i = 0; i < DUPLICATES; i++) {
      Dropped first = made.get(random.nextInt(pictures));
      made.add(file(1000 + i, "jpg", first.bytes(), Kind.PICTURE));
    }
    for (int i = 0; i < TEXTS; i++) {
      byte[] text = ("A note, number " + i + "\n").getBytes(StandardCharsets.UTF_8);
      made.add(file(2000 + i, "txt", text, Kind.TEXT));
    }
    for (int i = 0; i < EMPTY; i++) {
      made.add(file(3000 + i, "jpg", new byte[0], Kind.BAD));
    }
    for (int i = 0; i < TORN; i++) {
      byte[] whole = Pictures.noise("jpg", 90, 60, 5000 + i);
      made.add(file(4000 + i, "jpg", Arrays.copyOf(whole, whole.length / 2), Kind.BAD));
    }
    Collections.shuffle(made, random);
    return made;
  }

  private Dropped picture(int number, String format) {
    int width = 40 + random.nextInt(120);
    int height = 40 + random.nextInt(120);
    return file(number, format, Pictures.noise(format, width, height, number), Kind.PICTURE);
  }

  private Dropped file(int number, String extension, byte[] bytes, Kind kind) {
    String below = FOLDERS.get(random.nextInt(FOLDERS.size()));
    return new Dropped(below + "file " + number + "." + extension, bytes, kind);
  }

  /** Photos with faces, where there are any; drawn noise has none. */
  private static List<byte[]> portraits() {
    Path shared = Path.of(System.getProperty("minsight.shared", "/nowhere"), "media/people");
    if (!Files.isDirectory(shared)) {
      return List.of();
    }
    try (Stream<Path> found = Files.walk(shared)) {
      List<byte[]> portraits = new ArrayList<>();
      for (Path file : found.filter(f -> f.toString().endsWith(".jpg")).sorted().toList()) {
        portraits.add(Files.readAllBytes(file));
      }
      return portraits;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void copyAll() {
    try {
      for (Dropped file : files) {
        allowed.acquire();
        copy(file);
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (IOException e) {
      failure = new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** In two parts, as a slow copy does it: the server must not take the first. */
  private void copy(Dropped file) throws IOException, InterruptedException {
    Path target = folder.resolve(file.name());
    Files.createDirectories(target.getParent());
    int half = file.bytes().length / 2;
    try (OutputStream out = Files.newOutputStream(target)) {
      out.write(file.bytes(), 0, half);
      out.flush();
      Thread.sleep(PAUSE_MILLIS);
      out.write(file.bytes(), half, file.bytes().length - half);
    }
  }
}
