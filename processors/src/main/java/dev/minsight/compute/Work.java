package dev.minsight.compute;

import dev.minsight.media.DecodedImage;
import java.nio.file.Path;
import java.util.Map;

/** One job as its plugin sees it. */
public interface Work {

  /**
   * @return the job's parameters
   */
  Map<String, Object> params();

  /**
   * @return the job's own folder, which exists
   */
  Path folder();

  /**
   * The job's input, decoded upright. Jobs of one group share the decoded picture.
   *
   * @param minLongSide the picture may be reduced, but not below this long side, pixels
   * @return the picture
   */
  DecodedImage picture(int minLongSide);

  /**
   * @param relative path of another input, relative to the media folder
   * @return where it lies
   */
  Path input(String relative);
}
