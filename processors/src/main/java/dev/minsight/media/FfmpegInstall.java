package dev.minsight.media;

import dev.minsight.support.RetryableException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds a working ffmpeg: the system's if it is at least as new as the one we carry, else ours,
 * unpacked once into the tools folder.
 *
 * <p>Unpacking goes into a folder of its own name that is renamed at the end, so that two processes
 * starting at once cannot see each other's half-written files: the second rename fails and the
 * loser takes the winner's.
 */
final class FfmpegInstall {

  private static final Duration START_TIMEOUT = Duration.ofSeconds(20);

  /** More desktop libraries than any build was ever seen to miss. */
  private static final int MAX_STUBS = 16;

  private static final Pattern VERSION = Pattern.compile("version n?(\\d+(?:\\.\\d+)*)");
  private static final Pattern MISSING =
      Pattern.compile("loading shared libraries: ([A-Za-z0-9._+-]+): cannot open");

  private final Path toolsFolder;
  private final List<Path> searchPath;

  /**
   * @param toolsFolder where ours is unpacked
   * @param searchPath folders in which a system installation may lie
   */
  FfmpegInstall(Path toolsFolder, List<Path> searchPath) {
    this.toolsFolder = toolsFolder.toAbsolutePath();
    this.searchPath = searchPath;
  }

  static List<Path> systemPath() {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(path.split(Pattern.quote(File.pathSeparator)))
        .filter(folder -> !folder.isBlank())
        .map(Path::of)
        .toList();
  }

  /**
   * @return programs that run
   * @throws RetryableException if neither the system's nor ours can be used; says why
   */
  FfmpegTools find() {
    Optional<String> bundled = bundledVersion();
    for (Path folder : searchPath) {
      Optional<FfmpegTools> system = system(folder);
      if (system.isPresent()
          && (bundled.isEmpty() || compare(system.get().version(), bundled.get()) >= 0)) {
        return system.get();
      }
    }
    if (bundled.isEmpty()) {
      throw new RetryableException(
          "no ffmpeg: none is bundled for "
              + platform()
              + " and no recent one was found on the PATH; install ffmpeg 8 or newer");
    }
    try {
      return unpacked(bundled.get());
    } catch (IOException e) {
      throw new RetryableException(
          "the bundled ffmpeg could not be unpacked into " + toolsFolder + ": " + e.getMessage(),
          e);
    }
  }

  private Optional<FfmpegTools> system(Path folder) {
    Path ffmpeg = folder.resolve(executable("ffmpeg"));
    Path ffprobe = folder.resolve(executable("ffprobe"));
    if (!Files.isExecutable(ffmpeg) || !Files.isExecutable(ffprobe)) {
      return Optional.empty();
    }
    FfmpegTools tools = new FfmpegTools(ffmpeg, ffprobe, List.of(), "");
    return version(start(tools))
        .map(version -> new FfmpegTools(ffmpeg, ffprobe, List.of(), version));
  }

  private FfmpegTools unpacked(String version) throws IOException {
    Files.createDirectories(toolsFolder);
    Path home = toolsFolder.resolve("ffmpeg-" + version + "-" + platform());
    if (Files.isDirectory(home)) {
      Optional<String> running = version(start(tools(home, "")));
      if (running.isPresent()) {
        return tools(home, running.get());
      }
      // A library that was there when this was unpacked has gone, or the disk lost a file.
      Path broken = toolsFolder.resolve(".broken-" + UUID.randomUUID());
      Files.move(home, broken, StandardCopyOption.ATOMIC_MOVE);
      delete(broken);
    }
    Path fresh = toolsFolder.resolve(".unpacking-" + UUID.randomUUID());
    try {
      unpackInto(fresh);
      String running = stubUntilItRuns(fresh);
      if (!moveInto(fresh, home)) {
        running = version(start(tools(home, ""))).orElse(running);
      }
      return tools(home, running);
    } finally {
      delete(fresh);
    }
  }

  /** Whether ours became the installation; false if another process was first. */
  private static boolean moveInto(Path fresh, Path home) throws IOException {
    try {
      Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (IOException e) {
      if (Files.isDirectory(home)) {
        return false;
      }
      throw e;
    }
  }

  private static void unpackInto(Path folder) throws IOException {
    Files.createDirectories(folder);
    URL program = resource("/org/bytedeco/ffmpeg/" + platform() + "/" + executable("ffmpeg"));
    URLConnection connection = program.openConnection();
    if (!(connection instanceof JarURLConnection jarConnection)) {
      throw new IOException("the bundled ffmpeg is not in a jar but at " + program);
    }
    String prefix = jarConnection.getEntryName();
    prefix = prefix.substring(0, prefix.lastIndexOf('/') + 1);
    JarFile jar = jarConnection.getJarFile();
    for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
      JarEntry entry = entries.nextElement();
      String file = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
      if (entry.isDirectory() || !entry.getName().startsWith(prefix) || isJni(file)) {
        continue;
      }
      Path target = folder.resolve(file);
      try (InputStream in = jar.getInputStream(entry)) {
        Files.copy(in, target);
      }
      if (!file.contains(".so") && !target.toFile().setExecutable(true)) {
        throw new IOException(target + " cannot be made executable");
      }
    }
  }

  /** The bridges for in-process use; we run programs. */
  private static boolean isJni(String file) {
    return file.startsWith("libjni") || file.startsWith("jni");
  }

  private static String stubUntilItRuns(Path folder) throws IOException {
    Path stubs = Files.createDirectories(folder.resolve("stubs"));
    String said = "";
    for (int i = 0; i < MAX_STUBS; i++) {
      said = start(tools(folder, ""));
      Optional<String> running = version(said);
      if (running.isPresent()) {
        return running.get();
      }
      Matcher missing = MISSING.matcher(said);
      if (!missing.find()) {
        break;
      }
      String library = missing.group(1);
      Files.write(stubs.resolve(library), ElfStub.library(library, System.getProperty("os.arch")));
    }
    throw new IOException(explain(said));
  }

  private static String explain(String said) {
    if (said.contains("GLIBC")) {
      return "it needs glibc 2.35 or newer; install ffmpeg 8 or newer from your distribution";
    }
    String line = said.lines().findFirst().orElse("it says nothing");
    return "it does not start: " + line.substring(0, Math.min(line.length(), 300));
  }

  private static FfmpegTools tools(Path home, String version) {
    return new FfmpegTools(
        home.resolve(executable("ffmpeg")),
        home.resolve(executable("ffprobe")),
        List.of(home, home.resolve("stubs")),
        version);
  }

  /** Everything {@code ffmpeg -version} says; an empty text if it cannot be started. */
  private static String start(FfmpegTools tools) {
    ProcessBuilder builder =
        new ProcessBuilder(tools.ffmpeg().toString(), "-version").redirectErrorStream(true);
    tools.prepare(builder.environment());
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      process
          .onExit()
          .orTimeout(START_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
          .exceptionally(late -> process.destroyForcibly());
      return new String(process.getInputStream().readNBytes(64 * 1024), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static Optional<String> version(String said) {
    Matcher match = VERSION.matcher(said);
    return match.find() ? Optional.of(match.group(1)) : Optional.empty();
  }

  /** Compares numbers between the dots; a missing number is zero. */
  static int compare(String one, String other) {
    String[] a = one.split("\\.");
    String[] b = other.split("\\.");
    for (int i = 0; i < Math.max(a.length, b.length); i++) {
      int x = i < a.length ? Integer.parseInt(a[i]) : 0;
      int y = i < b.length ? Integer.parseInt(b[i]) : 0;
      if (x != y) {
        return Integer.compare(x, y);
      }
    }
    return 0;
  }

  /** The ffmpeg release that the jar carries for this machine: {@code 8.0.1}. */
  static Optional<String> bundledVersion() {
    if (resource("/org/bytedeco/ffmpeg/" + platform() + "/" + executable("ffmpeg")) == null) {
      return Optional.empty();
    }
    try (InputStream in =
        FfmpegInstall.class.getResourceAsStream(
            "/META-INF/maven/org.bytedeco/ffmpeg/pom.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return Optional.of(properties.getProperty("version").split("-")[0]);
    } catch (IOException e) {
      throw new IllegalStateException("the ffmpeg jar has no version", e);
    }
  }

  private static URL resource(String name) {
    return FfmpegInstall.class.getResource(name);
  }

  /** The platform as the native jars name it. */
  private static String platform() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String name =
        system.contains("mac") ? "macosx" : system.contains("windows") ? "windows" : "linux";
    return name + (System.getProperty("os.arch").equals("aarch64") ? "-arm64" : "-x86_64");
  }

  private static String executable(String name) {
    return platform().startsWith("windows") ? name + ".exe" : name;
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
