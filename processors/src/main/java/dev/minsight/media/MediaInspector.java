package dev.minsight.media;

import dev.minsight.support.RetryableException;
import dev.minsight.support.UnprocessableMediaException;
import java.nio.file.Path;
import java.time.ZoneId;

/**
 * Collects what a file says about itself: sizes from headers, times and places from EXIF, videos
 * through ffprobe. Damaged or missing metadata never throws; the fields are null.
 */
public final class MediaInspector {

  private final PictureHeaders headers;
  private final Ffmpeg ffmpeg;

  /**
   * @param limits how much is read
   * @param ffmpeg asked about videos, sounds and rare picture formats
   */
  public MediaInspector(MediaLimits limits, Ffmpeg ffmpeg) {
    this.headers = new PictureHeaders(limits, ffmpeg);
    this.ffmpeg = ffmpeg;
  }

  /**
   * Inspects a file.
   *
   * @param file the file
   * @param type what {@link MediaSniffer} made of it
   * @return what is known; never null
   */
  public MediaFacts inspect(Path file, MediaType type) {
    try {
      if (type.isImage()) {
        return image(file, type);
      }
      return type.isVideo() || type.isAudio()
          ? VideoFacts.probe(ffmpeg, file, type)
          : MediaFacts.unknown(type);
    } catch (UnprocessableMediaException | RetryableException e) {
      return MediaFacts.unknown(type);
    }
  }

  private MediaFacts image(Path file, MediaType type) {
    PictureHeader header = headers.read(file, type);
    ExifFacts exif =
        type.mime().equals("image/tiff")
            ? ExifFacts.ofTiff(file)
            : ExifFacts.of(header.exif(), ZoneId.systemDefault());
    return new MediaFacts(
        type,
        header.uprightWidth(),
        header.uprightHeight(),
        header.orientation(),
        null,
        exif.createdAtMillis(),
        exif.latitude(),
        exif.longitude(),
        exif.altitude(),
        exif.make(),
        exif.model());
  }
}
