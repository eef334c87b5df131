package dev.minsight.store;

import dev.minsight.media.ContentDigest;
import dev.minsight.media.Guard;
import dev.minsight.media.MediaFacts;
import dev.minsight.media.MediaInspector;
import dev.minsight.media.MediaSniffer;
import dev.minsight.media.MediaType;
import dev.minsight.support.UnprocessableMediaException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.springframework.stereotype.Component;

/** Finds out what a staged file is, and where it belongs. */
@Component
class Examiner {

  /** The upload's day, UTC, as the path of its folder. */
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuu/MM/dd");

  private final MediaInspector inspector;
  private final Guard guard;
  private final ContentDigest digests;
  private final Clock clock;

  Examiner(MediaInspector inspector, Guard guard, ContentDigest digests, Clock clock) {
    this.inspector = inspector;
    this.guard = guard;
    this.digests = digests;
    this.clock = clock;
  }

  /**
   * @param staged not empty
   * @param refuseDamaged whether a picture that cannot be read is an error rather than a file
   * @throws UnprocessableMediaException if the file is empty, claims to be too large a picture, or
   *     (where damaged ones are refused) is a picture that cannot be read
   */
  Content examine(Staged staged, boolean refuseDamaged) {
    if (staged.size() == 0) {
      throw new UnprocessableMediaException("the file is empty");
    }
    MediaType type = MediaSniffer.sniff(staged.file());
    MediaFacts facts = inspector.inspect(staged.file(), type);
    // A picture without a readable header has no claim to check; only the drop folder refuses it.
    if (refuseDamaged || facts.width() != null) {
      guard.check(staged.file(), type, facts);
    }
    String digest = digests.of(staged.file(), type);
    return new Content(
        type,
        digest,
        staged.sha256(),
        staged.size(),
        facts.width(),
        facts.height(),
        facts.durationSeconds(),
        facts.createdAtMillis(),
        facts.latitude(),
        facts.longitude(),
        path(digest, type),
        staged.originalName());
  }

  private String path(String name, MediaType type) {
    String day = DAY.format(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
    return "store/" + day + "/" + name + "." + type.extension();
  }

  /** The same content in other bytes (edited EXIF data, say), beside the file it replaces. */
  Content beside(Content content) {
    return content.at(
        path(content.digest() + "." + content.sha256().substring(0, 16), content.type()));
  }
}
