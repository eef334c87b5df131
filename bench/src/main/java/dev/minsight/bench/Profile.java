package dev.minsight.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where the time of a flight recording went: samples of running Java by library, and the calls of
 * ours that caused them. Native code is sampled too thinly to be counted together with it and is
 * listed apart.
 */
final class Profile {

  private static final int LINES = 45;

  /** Innermost frame that matches decides. */
  private static final Map<String, String> LIBRARIES = new LinkedHashMap<>();

  static {
    LIBRARIES.put("ai.onnxruntime", "inference");
    LIBRARIES.put("dev.minsight.ml", "preparing and decoding for models");
    LIBRARIES.put("org.bytedeco", "decoding");
    LIBRARIES.put("dev.minsight.media", "decoding, digests, PNG");
    LIBRARIES.put("org.h2", "H2");
    LIBRARIES.put("org.apache.ibatis", "engine: MyBatis");
    LIBRARIES.put("org.camunda", "engine");
    LIBRARIES.put("org.sqlite", "SQLite driver");
    LIBRARIES.put("org.hibernate", "Hibernate");
    LIBRARIES.put("com.zaxxer", "connection pool");
    LIBRARIES.put("org.springframework.jdbc", "Spring JDBC");
    LIBRARIES.put("org.springframework", "Spring");
    LIBRARIES.put("com.fasterxml", "JSON");
    LIBRARIES.put("org.apache.activemq", "broker");
    LIBRARIES.put("io.netty", "broker");
    LIBRARIES.put("org.eclipse.paho", "MQTT client");
    LIBRARIES.put("org.apache.camel", "Camel");
    LIBRARIES.put("dev.minsight", "our own");
  }

  private static final Set<String> WAITING =
      Set.of("wait", "epollWait", "poll", "read0", "accept", "socketAccept", "waitForProcessExit0");

  private final Map<String, Integer> libraries = new HashMap<>();
  private final Map<String, Integer> natives = new HashMap<>();
  private final Map<String, Integer> callers = new HashMap<>();
  private final Map<String, Integer> tops = new HashMap<>();
  private int samples;

  private Profile() {}

  /**
   * The recorder changes classes when it starts, and Java then compiles them anew; so when a server
   * is to be sampled it records from its first moment, and the samples are a second recording
   * beside that.
   *
   * @param wanted whether the server is to be sampled
   * @return options of its JVM
   */
  static List<String> options(boolean wanted) {
    return wanted
        ? List.of(
            "-XX:FlightRecorderOptions=stackdepth=256",
            "-XX:StartFlightRecording=settings=profile,maxsize=8m")
        : List.of();
  }

  static Profile of(Path recording) throws IOException {
    Profile profile = new Profile();
    try (RecordingFile events = new RecordingFile(recording)) {
      while (events.hasMoreEvents()) {
        profile.add(events.readEvent());
      }
    }
    return profile;
  }

  private void add(RecordedEvent event) {
    boolean java = event.getEventType().getName().equals("jdk.ExecutionSample");
    boolean nativeCode = event.getEventType().getName().equals("jdk.NativeMethodSample");
    if (event.getStackTrace() == null || !(java || nativeCode)) {
      return;
    }
    List<RecordedFrame> frames = event.getStackTrace().getFrames();
    String top = method(frames.get(0));
    if (nativeCode) {
      if (!WAITING.contains(frames.get(0).getMethod().getName())) {
        natives.merge(top, 1, Integer::sum);
      }
      return;
    }
    samples++;
    String library = first(frames, Profile::library, "others");
    libraries.merge(library, 1, Integer::sum);
    tops.merge(library + ": " + top, 1, Integer::sum);
    callers.merge(
        library
            + " < "
            + first(
                frames,
                frame -> type(frame).startsWith("dev.minsight") ? method(frame) : null,
                thread(event)),
        1,
        Integer::sum);
  }

  private static String thread(RecordedEvent event) {
    String name = event.getThread("sampledThread").getJavaName();
    return "thread " + (name == null ? "?" : name.replaceAll("\\d+", "N"));
  }

  private static String first(
      List<RecordedFrame> frames, Function<RecordedFrame, String> name, String otherwise) {
    for (RecordedFrame frame : frames) {
      String found = name.apply(frame);
      if (found != null) {
        return found;
      }
    }
    return otherwise;
  }

  private static String library(RecordedFrame frame) {
    return LIBRARIES.entrySet().stream()
        .filter(library -> type(frame).startsWith(library.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  private static String type(RecordedFrame frame) {
    return frame.getMethod().getType().getName();
  }

  private static String method(RecordedFrame frame) {
    return type(frame).replaceAll("\\$\\$.*", "") + "." + frame.getMethod().getName();
  }

  @Override
  public String toString() {
    return "Java samples: "
        + samples
        + list("by library", libraries)
        + list("by library and caller", callers)
        + list("by method", tops)
        + list("native (sampled apart)", natives);
  }

  private static String list(String title, Map<String, Integer> counts) {
    return counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()))
        .limit(LINES)
        .map(entry -> "  %6d %s".formatted(entry.getValue(), entry.getKey()))
        .collect(Collectors.joining("\n", "\n" + title + "\n", ""));
  }
}
