package dev.minsight.media;

import dev.minsight.support.RetryableException;
import dev.minsight.support.UnprocessableMediaException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs ffmpeg and ffprobe as child processes: a decoder that crashes or hangs takes only itself
 * down, and memory is the child's, not ours.
 *
 * <p>Children get no standard input, may open only local files and pipes, and are killed when their
 * time is over. The programs are looked for (and unpacked) at first use. Safe for many threads.
 */
public final class Ffmpeg {

  /** How long "there is no usable ffmpeg" is believed before looking again. */
  private static final Duration FORGET_FAILURE = Duration.ofSeconds(30);

  /** As much of stderr as an error message quotes, in bytes. */
  private static final int ERROR_BYTES = 2_000;

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

  private final FfmpegInstall install;
  private final Duration timeout;
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
    this(new FfmpegInstall(toolsFolder, FfmpegInstall.systemPath()), timeout);
  }

  Ffmpeg(FfmpegInstall install, Duration timeout) {
    this.install = install;
    this.timeout = timeout;
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
    run(arguments, timeout);
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
    execute(ffmpegCommand(arguments), allowed, null);
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
    execute(ffmpegCommand(arguments), timeout, reader);
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
        timeout,
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

  private void execute(List<String> command, Duration allowed, OutputReader reader) {
    ProcessBuilder builder = new ProcessBuilder(command);
    tools().prepare(builder.environment());
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
        .orTimeout(allowed.toMillis(), TimeUnit.MILLISECONDS)
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
        throw new UnprocessableMediaException(
            "ffmpeg did not finish with the file within "
                + allowed.toSeconds()
                + " s (minsight.media.ffmpeg-timeout)");
      }
      if (exit != 0) {
        throw new UnprocessableMediaException(
            "ffmpeg cannot read the file: " + errors.text(command));
      }
    } catch (IOException e) {
      throw new UnprocessableMediaException(
          "ffmpeg stopped half-way through the file: " + errors.text(command), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RetryableException("stopped while ffmpeg was at work", e);
    } finally {
      process.destroyForcibly();
    }
  }
}
