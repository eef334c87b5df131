package dev.minsight.insight;

import dev.minsight.compute.Gate;
import dev.minsight.store.MediaFiles;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Tasks wait while the media folder is away; nothing counts as missing meanwhile. */
@Component
class MediaGate implements Gate {

  private final MediaFiles media;

  MediaGate(MediaFiles media) {
    this.media = media;
  }

  @Override
  public Optional<String> closed(String taskType) {
    return media.available()
        ? Optional.empty()
        : Optional.of("the media folder is away; work goes on when it is back");
  }
}
