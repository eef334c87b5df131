package dev.minsight.app;

import dev.minsight.media.ContentDigest;
import dev.minsight.media.Ffmpeg;
import dev.minsight.media.Guard;
import dev.minsight.media.ImageDecoder;
import dev.minsight.media.KeyFrames;
import dev.minsight.media.MediaInspector;
import dev.minsight.media.MediaLimits;
import dev.minsight.media.Thumbnails;
import dev.minsight.support.MinsightProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The media package is plain Java; here it gets the server's limits, once for everybody. */
@Configuration(proxyBeanMethods = false)
class MediaTools {

  @Bean
  MediaLimits mediaLimits(MinsightProperties settings) {
    MediaLimits defaults = MediaLimits.defaults();
    MinsightProperties.Media media = settings.media();
    return new MediaLimits(
        media.maxBytes(),
        media.maxPixels(),
        media.maxSide(),
        defaults.maxProgressiveScans(),
        defaults.maxTextChunkBytes(),
        media.pixelsInFlight(),
        media.ffmpegTimeout());
  }

  @Bean
  Ffmpeg ffmpeg(MinsightProperties settings) {
    return new Ffmpeg(
        settings.home().resolve("tools"),
        settings.media().ffmpegTimeout(),
        settings.media().ffmpegMemory());
  }

  @Bean
  ImageDecoder imageDecoder(MediaLimits limits, Ffmpeg ffmpeg) {
    return new ImageDecoder(limits, ffmpeg);
  }

  @Bean
  MediaInspector mediaInspector(MediaLimits limits, Ffmpeg ffmpeg) {
    return new MediaInspector(limits, ffmpeg);
  }

  @Bean
  Guard guard(MediaLimits limits) {
    return new Guard(limits);
  }

  @Bean
  ContentDigest contentDigest(ImageDecoder decoder) {
    return new ContentDigest(decoder);
  }

  @Bean
  KeyFrames keyFrames(MediaLimits limits, Ffmpeg ffmpeg) {
    return new KeyFrames(ffmpeg, limits);
  }

  @Bean
  Thumbnails thumbnails(ImageDecoder decoder, Ffmpeg ffmpeg) {
    return new Thumbnails(decoder, ffmpeg);
  }
}
