package dev.minsight.compute;

import dev.minsight.media.DecodedImage;
import dev.minsight.media.ImageDecoder;
import dev.minsight.media.KeyFrames;
import dev.minsight.media.MediaSniffer;
import java.nio.file.Path;
import java.util.List;

/**
 * The picture the tasks of one group share: decoded once, again only when a task needs more pixels.
 * Those are not kept: they are many, few tasks need them, and the others would have to reduce them
 * each for itself. The key frames of a video are shared in the same way. Used by one thread.
 */
class GroupPictures {

  /** As large as any task wants a whole picture; small enough that all frames fit into memory. */
  private static final int FRAME_LONG_SIDE = 1280;

  private final ImageDecoder decoder;
  private final KeyFrames keyFrames;
  private Path of;
  private DecodedImage picture;
  private Path framesOf;
  private List<KeyFrames.Frame> frames;

  GroupPictures(ImageDecoder decoder, KeyFrames keyFrames) {
    this.decoder = decoder;
    this.keyFrames = keyFrames;
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

  List<KeyFrames.Frame> frames(Path file, FrameChoice choice) {
    if (!file.equals(framesOf)) {
      frames = keyFrames.read(file, choice.times(keyFrames, file), FRAME_LONG_SIDE);
      framesOf = file;
    }
    return frames;
  }

  private DecodedImage decode(Path file, int minLongSide) {
    return decoder.decode(file, MediaSniffer.sniff(file), minLongSide);
  }

  private boolean tooSmall(int minLongSide) {
    int full = Math.max(picture.fullWidth(), picture.fullHeight());
    return picture.image().longSide() < Math.min(minLongSide, full);
  }
}
