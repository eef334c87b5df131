package dev.minsight.insight;

import dev.minsight.compute.Gate;
import dev.minsight.compute.TaskTypes;
import dev.minsight.store.MediaFiles;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Tasks wait while the media folder is away; nothing counts as missing meanwhile. */
@Component
class MediaGate implements Gate {

  /** What works on files of the media folder; the other plugins have what was uploaded to them. */
  private static final Set<String> NEEDING =
      Set.of(
          TaskTypes.FACE_DETECTION,
          TaskTypes.FACE_EMBEDDING,
          TaskTypes.CLIP_EMBEDDING,
          TaskTypes.DINO_EMBEDDING,
          TaskTypes.HLS_STREAMING);

  private final MediaFiles media;

  MediaGate(MediaFiles media) {
    this.media = media;
  }

  @Override
  public Optional<String> closed(String taskType) {
    return !NEEDING.contains(taskType) || media.available()
        ? Optional.empty()
        : Optional.of("the media folder is away; work goes on when it is back");
  }

  @Override
  public boolean everywhere() {
    return true;
  }
}
