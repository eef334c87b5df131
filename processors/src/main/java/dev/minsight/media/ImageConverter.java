package dev.minsight.media;

import dev.minsight.support.RetryableException;
import dev.minsight.support.UnprocessableMediaException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Converts pictures: every format that {@link ImageDecoder} reads to the common ones. The result is
 * upright and its colours are sRGB, so that it looks the same in programs that know nothing of
 * orientation tags and profiles; 8 bits a sample, the first frame, no metadata.
 */
public final class ImageConverter {

  private final ImageDecoder decoder;
  private final MediaLimits limits;

  /**
   * @param decoder for the source
   * @param limits largest colour profile that is looked at
   */
  public ImageConverter(ImageDecoder decoder, MediaLimits limits) {
    this.decoder = decoder;
    this.limits = limits;
  }

  /**
   * Converts a picture.
   *
   * @param source the picture
   * @param type what {@link MediaSniffer} made of it
   * @param format of the result; where it has no transparency, white shines through
   * @param quality 1 to 100, of JPEG and WebP only
   * @param target where; appears complete or not at all
   * @throws UnprocessableMediaException if the source is no picture, damaged, or too large for the
   *     format
   * @throws RetryableException if the source cannot be read, or needs ffmpeg and there is none
   * @throws IOException if the result cannot be written
   */
  public void convert(Path source, MediaType type, ImageFormat format, int quality, Path target)
      throws IOException {
    PictureHeader header = decoder.checkedHeader(source, type);
    int longSide = Math.max(header.width(), header.height());
    if (longSide > format.maxSide()) {
      throw new UnprocessableMediaException(
          "the picture is "
              + header.uprightWidth()
              + " x "
              + header.uprightHeight()
              + " pixels; a side of a "
              + format
              + " picture may have "
              + format.maxSide());
    }
    Optional<ColourProfile> profile =
        header.components() == 4
            ? Optional.empty() // inks are converted when they are read
            : ColourProfile.of(source, type, limits.maxTextChunkBytes());
    if (format.alpha() && !type.mime().equals("image/jpeg")) {
      RgbaImage image = decoder.decodeWithAlpha(source, type);
      profile.ifPresent(found -> found.convert(image.rgba(), image.width(), 4));
      if (image.opaque()) {
        ImageEncoder.write(image.withoutAlpha(), format, quality, target);
      } else {
        ImageEncoder.write(image, format, quality, target);
      }
    } else {
      RgbImage image = decoder.decode(source, type, Integer.MAX_VALUE).image();
      profile.ifPresent(found -> found.convert(image.rgb(), image.width(), 3));
      ImageEncoder.write(image, format, quality, target);
    }
  }
}
