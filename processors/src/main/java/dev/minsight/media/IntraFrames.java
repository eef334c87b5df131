package dev.minsight.media;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.support.RetryableException;
import dev.minsight.support.UnprocessableMediaException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/**
 * Hashes a video by its intra frames (those that need no other to be decoded): the coded bytes of
 * the first video stream's I-frames, one after another, where ffprobe finds them. Metadata, sound
 * and container do not count. The decoder skips all other frames, which finds the same ones in a
 * fraction of the time.
 */
public final class IntraFrames {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Frames are read in pieces of this many bytes. */
  private static final int PIECE = 1 << 20;

  private final Ffmpeg ffmpeg;

  /**
   * @param ffmpeg whose ffprobe looks for the frames
   */
  public IntraFrames(Ffmpeg ffmpeg) {
    this.ffmpeg = ffmpeg;
  }

  /**
   * Hashes a video.
   *
   * @param file the video
   * @return SHA-512, 128 lower-case hex digits
   * @throws UnprocessableMediaException if it has no video stream or no I-frame that can be found
   * @throws RetryableException if it cannot be read, or there is no ffprobe
   */
  public String sha512(Path file) {
    MessageDigest digest = FileDigest.begin("SHA-512");
    boolean any = false;
    try (FileBytes bytes = new FileBytes(file)) {
      for (JsonNode frame : frames(file)) {
        if (frame.path("pict_type").asText().equals("I")) {
          long at = frame.path("pkt_pos").asLong(-1);
          add(bytes, at, frame.path("pkt_size").asLong(), digest);
          any = true;
        }
      }
    } catch (EOFException e) {
      throw new UnprocessableMediaException("a frame of the video lies outside of the file", e);
    } catch (IOException e) {
      throw new RetryableException("cannot read " + file.getFileName() + ": " + e.getMessage(), e);
    }
    if (!any) {
      throw new UnprocessableMediaException("no I-frame of the video can be found");
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private JsonNode frames(Path file) {
    List<String> wanted =
        List.of(
            "-of",
            "json=compact=1",
            "-skip_frame",
            "nointra",
            "-select_streams",
            "v:0",
            "-show_entries",
            "frame=pkt_pos,pkt_size,pict_type");
    try {
      return JSON.readTree(ffmpeg.probe(wanted, file)).path("frames");
    } catch (JsonProcessingException e) {
      throw new UnprocessableMediaException("the video has too many I-frames to be listed", e);
    }
  }

  private static void add(FileBytes bytes, long from, long length, MessageDigest digest)
      throws IOException {
    if (length <= 0) {
      throw new EOFException("a frame of " + length + " bytes");
    }
    long at = from;
    for (long left = length; left > 0; left -= PIECE) {
      int piece = (int) Math.min(left, PIECE);
      digest.update(bytes.bytes(at, piece));
      at += piece;
    }
  }
}
