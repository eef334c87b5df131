package dev.minsight.media;

import dev.minsight.support.UnprocessableMediaException;
import java.time.Duration;

/**
 * How long a child process may work on one file.
 *
 * @param longest until it is killed
 * @param setting name of the setting that says so, for the message
 */
public record TimeLimit(Duration longest, String setting) {

  UnprocessableMediaException exceeded() {
    return new UnprocessableMediaException(
        "ffmpeg did not finish with the file within "
            + longest.toSeconds()
            + " s ("
            + setting
            + ")");
  }
}
