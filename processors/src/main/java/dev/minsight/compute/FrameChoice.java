package dev.minsight.compute;

import dev.minsight.media.KeyFrames;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which key frames of a video a job works on, as its parameters say.
 *
 * @param times those at these times, ms; empty where they are still to be chosen
 * @param intervalMs least time between two, ms
 * @param atMost frames
 */
public record FrameChoice(List<Long> times, long intervalMs, int atMost) {

  private static final String PARAMETER = "key_frames";

  /**
   * @param intervalMs least time between two frames, ms
   * @param atMost frames
   * @return frames that are still to be chosen
   */
  public static FrameChoice spread(long intervalMs, int atMost) {
    return new FrameChoice(List.of(), intervalMs, atMost);
  }

  /**
   * @param times of frames, ms, at least one
   * @return just these frames, as an earlier job chose them
   */
  public static FrameChoice at(List<Long> times) {
    return new FrameChoice(List.copyOf(times), 0, times.size());
  }

  /**
   * @param params of a job
   * @return empty when the job is not about the frames of a video
   */
  public static Optional<FrameChoice> of(Map<String, Object> params) {
    return params.get(PARAMETER) instanceof Map<?, ?> choice
        ? Optional.of(
            new FrameChoice(
                ((List<?>) choice.get("times_ms"))
                    .stream().map(time -> ((Number) time).longValue()).toList(),
                ((Number) choice.get("interval_ms")).longValue(),
                ((Number) choice.get("at_most")).intValue()))
        : Optional.empty();
  }

  /**
   * @param params of a job, to which this choice is added
   */
  public void addTo(Map<String, Object> params) {
    params.put(PARAMETER, Map.of("times_ms", times, "interval_ms", intervalMs, "at_most", atMost));
  }

  List<Long> times(KeyFrames keyFrames, Path video) {
    return times.isEmpty() ? keyFrames.times(video, intervalMs, atMost) : times;
  }
}
