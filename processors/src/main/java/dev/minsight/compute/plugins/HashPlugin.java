package dev.minsight.compute.plugins;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.compute.Plugin;
import dev.minsight.compute.Work;
import dev.minsight.media.Ffmpeg;
import dev.minsight.media.FileDigest;
import dev.minsight.media.ImageDecoder;
import dev.minsight.media.IntraFrames;
import dev.minsight.media.MediaSniffer;
import dev.minsight.media.MediaType;
import dev.minsight.media.PictureHasher;
import dev.minsight.support.UnprocessableMediaException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Hashes a file by its content: a picture by its pixels, a video by its I-frames, everything else
 * by its bytes. Any bytes have a hash: what turns out not to be decodable, or is larger than what
 * the server decodes, is hashed by its bytes, too, and {@code algorithm} says so. It keeps its
 * {@code media_type}, which is about what the bytes claim to be.
 */
@Component
class HashPlugin implements Plugin<HashPlugin.Wanted, HashPlugin.Found> {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final PictureHasher pictures;
  private final IntraFrames videos;

  HashPlugin(ImageDecoder decoder, Ffmpeg ffmpeg) {
    this.pictures = new PictureHasher(decoder);
    this.videos = new IntraFrames(ffmpeg);
  }

  /** The families of hashes. */
  enum Algorithm {
    /** Of the content, as the kind of file suggests. */
    @JsonProperty("sha512")
    SHA512,
    /** Of the bytes, whatever they are. */
    @JsonProperty("md5")
    MD5
  }

  /**
   * What the caller chooses.
   *
   * @param algorithm family of the hash
   */
  record Wanted(
      @JsonProperty(defaultValue = "sha512")
          @JsonPropertyDescription(
              "sha512: of decoded pixels, I-frames or bytes, by the kind of file; md5: of the bytes")
          Algorithm algorithm) {}

  /**
   * What is found; hashes in lower-case hex.
   *
   * @param mediaType what the file is
   * @param hashValue 128 digits, or 32 of MD5
   * @param algorithm {@code md5}, {@code sha512_image}, {@code sha512_video} or {@code
   *     sha512_generic}
   * @param ahash average hash of a picture, 16 digits; null for everything else
   * @param dhash difference hash of a picture
   * @param phash perceptual hash of a picture
   */
  record Found(
      MediaKind mediaType,
      String hashValue,
      String algorithm,
      String ahash,
      String dhash,
      String phash) {}

  @Override
  public String taskType() {
    return "hash";
  }

  @Override
  public String description() {
    return "Hashes a file by its content: pixels, I-frames or bytes; pictures perceptually, too";
  }

  @Override
  public Class<Wanted> parameters() {
    return Wanted.class;
  }

  @Override
  public Class<Found> output() {
    return Found.class;
  }

  @Override
  public String outputPath(Wanted parameters, String inputName) {
    return "output/hash.json";
  }

  @Override
  public Result<Found> run(Wanted wanted, Work work) throws IOException {
    long began = System.nanoTime();
    Path file = work.input();
    MediaType type = MediaSniffer.sniff(file);
    MediaKind kind = MediaKind.of(file, type);
    PictureHasher.Hashes picture = kind == MediaKind.IMAGE ? picture(file, type) : null;
    String algorithm;
    String value;
    if (wanted.algorithm() == Algorithm.MD5) {
      algorithm = "md5";
      value = FileDigest.hex(file, "MD5");
    } else if (picture != null) {
      algorithm = "sha512_image";
      value = picture.sha512();
    } else {
      String frames = kind == MediaKind.VIDEO ? frames(file) : null;
      algorithm = frames == null ? "sha512_generic" : "sha512_video";
      value = frames == null ? FileDigest.hex(file, "SHA-512") : frames;
    }
    Found found =
        new Found(
            kind,
            value,
            algorithm,
            picture == null ? null : picture.averageHash(),
            picture == null ? null : picture.differenceHash(),
            picture == null ? null : picture.perceptualHash());
    write(found, (System.nanoTime() - began) / 1e9, work.output());
    return new Result<>(found, null);
  }

  /** Null if the picture cannot be decoded. */
  private PictureHasher.Hashes picture(Path file, MediaType type) {
    try {
      return pictures.of(file, type);
    } catch (UnprocessableMediaException e) {
      return null;
    }
  }

  /** Null if there are none to be found. */
  private String frames(Path file) {
    try {
      return videos.sha512(file);
    } catch (UnprocessableMediaException e) {
      return null;
    }
  }

  private static void write(Found found, double seconds, Path target) throws IOException {
    Map<String, Object> file = new LinkedHashMap<>();
    file.put("hash_value", found.hashValue());
    file.put("algorithm", found.algorithm());
    file.put("media_type", found.mediaType());
    file.put("process_time", seconds);
    JSON.writeValue(target.toFile(), file);
  }
}
