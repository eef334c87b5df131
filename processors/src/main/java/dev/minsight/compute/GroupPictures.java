package dev.minsight.compute;

import dev.minsight.media.DecodedImage;
import dev.minsight.media.ImageDecoder;
import dev.minsight.media.MediaSniffer;
import java.nio.file.Path;

/**
 * The picture the tasks of one group share: decoded once, again only when a task needs more pixels.
 * Those are not kept: they are many, few tasks need them, and the others would have to reduce them
 * each for itself. Used by one thread.
 */
class GroupPictures {

  private final ImageDecoder decoder;
  private Path of;
  private DecodedImage picture;

  GroupPictures(ImageDecoder decoder) {
    this.decoder = decoder;
  }

  DecodedImage get(Path file, int minLongSide) {
    if (file.equals(of) && tooSmall(minLongSide)) {
      return decode(file, minLongSide);
    }
    if (!file.equals(of)) {
      picture = decode(file, minLongSide);
      of = file;
    }
    return picture;
  }

  private DecodedImage decode(Path file, int minLongSide) {
    return decoder.decode(file, MediaSniffer.sniff(file), minLongSide);
  }

  private boolean tooSmall(int minLongSide) {
    int full = Math.max(picture.fullWidth(), picture.fullHeight());
    return picture.image().longSide() < Math.min(minLongSide, full);
  }
}
