package dev.minsight.store;

import dev.minsight.support.Chore;
import dev.minsight.support.MinsightProperties;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** Forgets originals that were replaced and have been kept long enough; their files go next. */
@Component
class ReplacedOriginals implements Chore {

  private final FileWork work;
  private final Duration keep;

  ReplacedOriginals(FileWork work, MinsightProperties settings) {
    this.work = work;
    this.keep = settings.media().keepReplaced();
  }

  @Override
  public String name() {
    return "replaced-originals";
  }

  @Override
  public long run() {
    long expired = work.expireReplaced(keep);
    work.finishDue(false);
    return expired;
  }
}
