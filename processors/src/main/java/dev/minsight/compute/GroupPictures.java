package dev.minsight.compute;

import dev.minsight.media.DecodedImage;
import dev.minsight.media.ImageDecoder;
import dev.minsight.media.MediaSniffer;
import java.nio.file.Path;

/**
 * The picture the tasks of one group share: decoded once, again only when a task needs more pixels.
 * Used by one thread.
 */
class GroupPictures {

  private final ImageDecoder decoder;
  private Path of;
  private DecodedImage picture;

  GroupPictures(ImageDecoder decoder) {
    this.decoder = decoder;
  }

  DecodedImage get(Path file, int minLongSide) {
    if (!file.equals(of) || tooSmall(minLongSide)) {
      picture = decoder.decode(file, MediaSniffer.sniff(file), minLongSide);
      of = file;
    }
    return picture;
  }

  private boolean tooSmall(int minLongSide) {
    int full = Math.max(picture.fullWidth(), picture.fullHeight());
    return picture.image().longSide() < Math.min(minLongSide, full);
  }
}
