package dev.minsight.compute;

import dev.minsight.media.DecodedImage;
import dev.minsight.support.RetryableException;
import dev.minsight.support.UnprocessableMediaException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A job as its plugin sees it.
 *
 * @param job the job
 * @param folder its own folder
 * @param media root of the media files
 * @param pictures shared by its group
 */
record JobWork(Job job, Path folder, Path media, GroupPictures pictures) implements Work {

  @Override
  public Map<String, Object> params() {
    return job.params();
  }

  @Override
  public DecodedImage picture(int minLongSide) {
    return pictures.get(input(String.valueOf(params().get("media"))), minLongSide);
  }

  @Override
  public Path input(String relative) {
    Path file = media.resolve(relative).normalize();
    if (!file.startsWith(media)) {
      throw new UnprocessableMediaException("the path " + relative + " leaves the media folder");
    }
    if (!Files.isRegularFile(file)) {
      // Not the picture's fault: it may be a mount that is away, and somebody may put it back.
      throw new RetryableException("the media file " + relative + " is missing on disk");
    }
    return file;
  }
}
