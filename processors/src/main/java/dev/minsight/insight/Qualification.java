package dev.minsight.insight;

import dev.minsight.compute.FrameChoice;
import dev.minsight.support.MinsightProperties;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Which entities are looked at, and what the jobs that look at them work on. */
@Component
class Qualification {

  static final String IMAGE = "image";
  static final String VIDEO = "video";

  private final MinsightProperties.Videos videos;

  Qualification(MinsightProperties settings) {
    this.videos = settings.pipeline().videos();
  }

  /** Types of the entities that are looked at: photos, and videos where that is wanted. */
  List<String> types() {
    return videos.keyFrames() ? List.of(IMAGE, VIDEO) : List.of(IMAGE);
  }

  /** Whether an entity is looked at, trash apart. */
  boolean covers(String type, String md5) {
    return md5 != null && type != null && types().contains(type);
  }

  /**
   * @param type of the entity
   * @param filePath its original, relative to the media folder
   * @param frames those of its frames that were looked at before, ms; empty if none were
   * @return parameters of a job that looks at it
   */
  Map<String, Object> params(String type, String filePath, List<Long> frames) {
    Map<String, Object> params = new LinkedHashMap<>();
    params.put("media", filePath);
    if (VIDEO.equals(type)) {
      FrameChoice choice =
          frames.isEmpty()
              ? FrameChoice.spread(videos.interval().toMillis(), videos.atMost())
              : FrameChoice.at(frames);
      choice.addTo(params);
    }
    return params;
  }
}
