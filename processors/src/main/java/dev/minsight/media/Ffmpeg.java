package dev.minsight.media;

import dev.minsight.support.RetryableException;
import dev.minsight.support.UnprocessableMediaException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * Runs ffmpeg and ffprobe as child processes: a decoder that crashes or hangs takes only itself
 * down, and memory is the child's, not ours.
 *
 * <p>Children get no standard input, may open only local files and pipes, have a limit on their
 * memory, and are killed when their time is over. The programs are looked for (and unpacked) at
 * first use. Safe for many threads.
 */
public final class Ffmpeg {

  private static final System.Logger LOG = System.getLogger(Ffmpeg.class.getName());

  /** How long "there is no usable ffmpeg" is believed before looking again. */
  private static final Duration FORGET_FAILURE = Duration.ofSeconds(30);

  /** As much of stderr as an error message quotes, in bytes. */
  private static final int ERROR_BYTES = 2_000;

  /** How long a killed child may take to be gone. */
  private static final Duration BURIAL = Duration.ofSeconds(5);

  /** More JSON than any real file yields, in bytes. */
  private static final int PROBE_BYTES = 16 << 20;

  /**
   * Containers we open. Playlists (hls, concat, dash) are not among them: a text that names other
   * files must not be followed.
   */
  private static final String FORMATS =
      "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpeg,mpegvideo,mpegts,asf,flv,ogg,wav,mp3,flac,aac,"
          + "amr,aiff,au,caf,mxf,dv,m4v,h264,hevc,ivf,rm,gif,apng,webp,jpegxl_anim,image2,ico,"
          + "png_pipe,jpeg_pipe,webp_pipe,bmp_pipe,tiff_pipe,j2k_pipe,psd_pipe,pbm_pipe,pgm_pipe,"
          + "ppm_pipe,pam_pipe,pcx_pipe,sgi_pipe,dds_pipe,exr_pipe,hdr_pipe,jpegxl_pipe,qoi_pipe,"
          + "jpegls_pipe,dpx_pipe,xbm_pipe,xpm_pipe,sunrast_pipe";

  /**
   * Address space of a child unless told otherwise, bytes. A 4K video in three sizes takes about a
   * third of it; the rest is for the stacks of many cores.
   */
  public static final long USUAL_MEMORY = 8L << 30;

  private static final Path SHELL = Path.of("/bin/sh");

  /** Says that an allocation failed: strerror(ENOMEM). */
  private static final String NO_MEMORY = "Cannot allocate memory";

  private final FfmpegInstall install;
  private final TimeLimit usual;
  private final long memory;
  private final Object lock = new Object();
  private volatile FfmpegTools tools;
  private RetryableException failure;
  private long failedAt;

  /**
   * @param toolsFolder where the bundled programs are unpacked once, for example {@code
   *     <home>/tools}
   * @param timeout how long a child may run unless told otherwise
   */
  public Ffmpeg(Path toolsFolder, Duration timeout) {
    this(toolsFolder, timeout, USUAL_MEMORY);
  }

  /**
   * @param toolsFolder where the bundled programs are unpacked once
   * @param timeout how long a child may run unless told otherwise
   * @param memory address space a child may have, bytes; 0 for no limit. Kept where there is a
   *     POSIX shell
   */
  public Ffmpeg(Path toolsFolder, Duration timeout, long memory) {
    this(new FfmpegInstall(toolsFolder, FfmpegInstall.systemPath()), timeout, memory);
  }

  Ffmpeg(FfmpegInstall install, Duration timeout) {
    this(install, timeout, USUAL_MEMORY);
  }

  private Ffmpeg(FfmpegInstall install, Duration timeout, long memory) {
    this.install = install;
    this.usual = usually(timeout);
    this.memory = memory;
  }

  private static TimeLimit usually(Duration timeout) {
    return new TimeLimit(timeout, "minsight.media.ffmpeg-timeout");
  }

  /** Reads what a child writes to its standard output. */
  @FunctionalInterface
  public interface OutputReader {
    /**
     * @param stdout the child's output; to be read to its end
     * @throws IOException if reading fails
     */
    void read(InputStream stdout) throws IOException;
  }

  /**
   * @return whether a working ffmpeg is there; looks (and unpacks) when first asked
   */
  public boolean available() {
    try {
      tools();
      return true;
    } catch (RetryableException e) {
      return false;
    }
  }

  /**
   * @return the version of the programs in use, for example {@code 8.0.1}
   * @throws RetryableException if there is no usable ffmpeg; the message says why
   */
  public String version() {
    return tools().version();
  }

  /**
   * Names an input file safely: no other protocols, no playlists, no name that looks like an option
   * or a URL.
   *
   * @param file the file to open
   * @return the arguments, {@code -i} included
   */
  public static List<String> input(Path file) {
    List<String> arguments = new ArrayList<>(guarded());
    arguments.add("-i");
    arguments.add("file:" + file.toAbsolutePath());
    return List.copyOf(arguments);
  }

  private static List<String> guarded() {
    return List.of("-protocol_whitelist", "file,pipe", "-format_whitelist", FORMATS);
  }

  /**
   * Runs ffmpeg with output into files, for the usual time.
   *
   * @param arguments all arguments; inputs through {@link #input}
   * @throws UnprocessableMediaException if ffmpeg refuses the file or takes too long
   * @throws RetryableException if there is no usable ffmpeg, or the thread is interrupted
   */
  public void run(List<String> arguments) {
    execute(ffmpegCommand(arguments), null, usual, null);
  }

  /**
   * Runs ffmpeg with output into files. Interrupting the thread kills the child.
   *
   * @param arguments all arguments; inputs through {@link #input}
   * @param allowed how long it may take
   * @throws UnprocessableMediaException if ffmpeg refuses the file or takes too long
   * @throws RetryableException if there is no usable ffmpeg, or the thread is interrupted
   */
  public void run(List<String> arguments, Duration allowed) {
    execute(ffmpegCommand(arguments), null, usually(allowed), null);
  }

  /**
   * Runs ffmpeg and reads its standard output while it runs.
   *
   * @param arguments all arguments; inputs through {@link #input}, output to {@code pipe:1}
   * @param reader reads the output on this thread
   * @throws UnprocessableMediaException if ffmpeg refuses the file or takes too long
   * @throws RetryableException if there is no usable ffmpeg, or the thread is interrupted
   */
  public void stream(List<String> arguments, OutputReader reader) {
    execute(ffmpegCommand(arguments), null, usual, reader);
  }

  /**
   * Runs ffmpeg within a folder and reads its standard output while it runs. What the reader throws
   * kills the child, which is gone when this returns.
   *
   * @param arguments all arguments; inputs through {@link #input}, outputs by their names in the
   *     folder
   * @param folder where the child works
   * @param limit how long it may take
   * @param reader reads the output on this thread
   * @throws UnprocessableMediaException if ffmpeg refuses the file or takes too long
   * @throws RetryableException if there is no usable ffmpeg, or the thread is interrupted
   */
  public void follow(List<String> arguments, Path folder, TimeLimit limit, OutputReader reader) {
    execute(ffmpegCommand(arguments), folder, limit, reader);
  }

  /**
   * @return names of what the ffmpeg in use can write pictures and sound with, for example {@code
   *     libx264}
   * @throws RetryableException if there is no usable ffmpeg
   */
  public Set<String> encoders() {
    StringBuilder list = new StringBuilder();
    stream(
        List.of("-encoders"),
        out -> list.append(new String(out.readNBytes(PROBE_BYTES), StandardCharsets.UTF_8)));
    // " V....D libx264   libx264 H.264 / AVC ...": the flags, the name, the description
    return list.toString()
        .lines()
        .map(line -> line.strip().split(" +", 3))
        .filter(parts -> parts.length == 3 && parts[0].length() == 6)
        .map(parts -> parts[1])
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Runs ffprobe.
   *
   * @param arguments what to show, for example {@code -show_format}
   * @param file the file to look at
   * @return the JSON it prints
   * @throws UnprocessableMediaException if ffprobe refuses the file or takes too long
   * @throws RetryableException if there is no usable ffmpeg, or the thread is interrupted
   */
  public String probe(List<String> arguments, Path file) {
    List<String> command = new ArrayList<>();
    command.add(tools().ffprobe().toString());
    command.addAll(List.of("-v", "error", "-of", "json"));
    command.addAll(arguments);
    command.addAll(input(file));
    StringBuilder json = new StringBuilder();
    execute(
        command,
        null,
        usual,
        out -> json.append(new String(out.readNBytes(PROBE_BYTES), StandardCharsets.UTF_8)));
    return json.toString();
  }

  private List<String> ffmpegCommand(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(tools().ffmpeg().toString());
    command.addAll(List.of("-nostdin", "-hide_banner", "-loglevel", "error", "-y"));
    command.addAll(arguments);
    return command;
  }

  private FfmpegTools tools() {
    FfmpegTools known = tools;
    if (known != null) {
      return known;
    }
    synchronized (lock) {
      if (tools != null) {
        return tools;
      }
      if (failure != null && System.nanoTime() - failedAt < FORGET_FAILURE.toNanos()) {
        throw new RetryableException(failure.getMessage(), failure);
      }
      try {
        tools = install.find();
        return tools;
      } catch (RetryableException e) {
        failure = e;
        failedAt = System.nanoTime();
        throw e;
      }
    }
  }

  private void execute(List<String> command, Path folder, TimeLimit limit, OutputReader reader) {
    ProcessBuilder builder = new ProcessBuilder(limited(command));
    if (folder != null) {
      builder.directory(folder.toFile());
    }
    tools().prepare(builder.environment());
    // glibc would set 64 MiB of address space aside for each thread.
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    if (reader == null) {
      builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    }
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new RetryableException("ffmpeg could not be started: " + e.getMessage(), e);
    }
    AtomicBoolean late = new AtomicBoolean();
    process
        .onExit()
        .orTimeout(limit.longest().toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(
            tooLate -> {
              late.set(true);
              return process.destroyForcibly();
            });
    ErrorTail errors = new ErrorTail(process.getErrorStream(), ERROR_BYTES);
    try {
      process.getOutputStream().close();
      errors.start();
      if (reader != null) {
        try (InputStream out = process.getInputStream()) {
          reader.read(out);
        }
      }
      int exit = process.waitFor();
      if (late.get()) {
        throw limit.exceeded();
      }
      String words = errors.text(command);
      // Starved of memory, ffmpeg may skip the rest of a file and call it a success.
      if (exit != 0 || words.contains(NO_MEMORY)) {
        throw refused(words);
      }
    } catch (IOException e) {
      throw new UnprocessableMediaException(
          "ffmpeg stopped half-way through the file: " + errors.text(command), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RetryableException("stopped while ffmpeg was at work", e);
    } finally {
      end(process);
    }
  }

  /** Java cannot limit a child; a shell can, and then becomes the child. */
  private List<String> limited(List<String> command) {
    if (memory == 0 || !Files.isExecutable(SHELL)) {
      return command;
    }
    List<String> all = new ArrayList<>();
    all.addAll(List.of(SHELL.toString(), "-c", "ulimit -v \"$0\"; exec \"$@\""));
    all.add(Long.toString(memory / 1024));
    all.addAll(command);
    return all;
  }

  private UnprocessableMediaException refused(String words) {
    return new UnprocessableMediaException(
        words.contains(NO_MEMORY)
            ? "ffmpeg needs more memory for the file than minsight.media.ffmpeg-memory allows ("
                + memory
                + " bytes): "
                + words
            : "ffmpeg cannot read the file: " + words);
  }

  /** Killed, if it still runs, and gone: whoever called us may now remove what it wrote. */
  private static void end(Process process) {
    try {
      process
          .destroyForcibly()
          .onExit()
          .orTimeout(BURIAL.toMillis(), TimeUnit.MILLISECONDS)
          .join(); // does not mind an interrupt
    } catch (CompletionException e) {
      LOG.log(System.Logger.Level.WARNING, "ffmpeg {0} does not end", process.pid());
    }
  }
}
