package dev.minsight.compute;

import dev.minsight.media.DecodedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** One job as its plugin sees it. Used by one thread. */
public interface Work {

  /**
   * @return the job's own folder, which exists
   */
  Path folder();

  /**
   * @return the files to work on, at least one; a job of the API has one, a step of a photo may
   *     have more
   * @throws dev.minsight.support.RetryableException if one is missing on disk
   */
  List<Path> inputs();

  /**
   * @return the file to work on, of a job that has just one
   */
  default Path input() {
    return inputs().get(0);
  }

  /**
   * @return whether this is a step of a photo's process, not a job of the API
   */
  boolean ofPhoto();

  /**
   * @return the model that is to do it; empty for the one that serves
   */
  default Optional<String> model() {
    return Optional.empty();
  }

  /**
   * @return where the main result goes, its folder made; see {@link Plugin#outputPath}
   */
  Path output();

  /**
   * The job's first input, decoded upright. Jobs of one group share the decoded picture.
   *
   * @param minLongSide the picture may be reduced, but not below this long side, pixels
   * @return the picture
   */
  DecodedImage picture(int minLongSide);

  /**
   * A picture to be looked at.
   *
   * @param decoded upright
   * @param timeMs when it is shown, ms since the beginning of its video; null of a photo
   */
  record Picture(DecodedImage decoded, Long timeMs) {}

  /**
   * All there is to be seen of the job's first input: the photo itself, or key frames of a video.
   *
   * @param minLongSide a photo may be reduced, but not below this long side, pixels
   * @return at least one, in the order of their times
   */
  default List<Picture> pictures(int minLongSide) {
    return List.of(new Picture(picture(minLongSide), null));
  }

  /**
   * @param path of a file or folder of the server, absolute or relative to its media folder
   * @return where it lies, whether it exists or not
   * @throws dev.minsight.support.UnprocessableMediaException if it leaves the media folder
   */
  Path media(String path);

  /**
   * Tells how far the work is. Cheap enough to be called often: only what is new is passed on, not
   * more often than a few times a second.
   *
   * @param percent 0..99; 100 is told by the end of the job
   * @throws JobGoneException if the job was cancelled, deleted or given to another worker; to be
   *     let through
   */
  void progress(int percent);
}
