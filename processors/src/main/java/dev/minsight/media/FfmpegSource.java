package dev.minsight.media;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.support.UnprocessableMediaException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads the first frame of a picture through the ffmpeg child, as raw RGBA over a pipe, row by row.
 *
 * <p>ffmpeg 8.0 shows only the first tile of a HEIC grid, which is what every iPhone writes; the
 * tiles are put together here from what ffprobe knows about their places. Rotation is switched off:
 * all readers deliver stored pixels, and {@link Orientation} turns them once.
 */
final class FfmpegSource {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A 150 megapixel grid of 512 pixel tiles has 600. */
  private static final int MAX_TILES = 1024;

  private final Ffmpeg ffmpeg;

  FfmpegSource(Ffmpeg ffmpeg) {
    this.ffmpeg = ffmpeg;
  }

  /**
   * Reads a picture.
   *
   * @param header its size; ffmpeg's output is brought to it if it differs
   * @throws UnprocessableMediaException if ffmpeg cannot read it
   */
  void read(Path file, PictureHeader header, RowSink sink) {
    int width = header.width();
    int height = header.height();
    String size = String.format(Locale.ROOT, "scale=%d:%d,format=rgba[out]", width, height);
    List<String> arguments = new ArrayList<>(List.of("-noautorotate"));
    arguments.addAll(Ffmpeg.input(file));
    arguments.addAll(List.of("-filter_complex", pictureOf(file, header) + size));
    arguments.addAll(List.of("-map", "[out]", "-frames:v", "1", "-f", "rawvideo", "pipe:1"));
    ffmpeg.stream(arguments, out -> readRows(out, width, height, sink));
  }

  /**
   * @return how a picture's samples are laid out, by ffmpeg's name, for example {@code rgb24};
   *     empty if it does not say
   */
  String pixelFormat(Path file) {
    return probe(file).path("streams").path(0).path("pix_fmt").asText("");
  }

  private static void readRows(InputStream out, int width, int height, RowSink sink)
      throws IOException {
    byte[] row = new byte[width * 4];
    int rows = 0;
    while (rows < height && out.readNBytes(row, 0, row.length) == row.length) {
      if (rows == 0) {
        sink.start(width, height);
      }
      sink.row(row);
      rows++;
    }
    if (rows < height) {
      throw new IOException("the picture ended after " + rows + " of " + height + " rows");
    }
  }

  /** The beginning of a filter graph that yields the whole picture. */
  private String pictureOf(Path file, PictureHeader header) {
    if (header.primaryItem() < 0) {
      return "[0:v:0]";
    }
    JsonNode root = probe(file);
    for (JsonNode group : root.path("stream_groups")) {
      if (item(group) == header.primaryItem() && group.path("type").asText().equals("Tile Grid")) {
        return grid(group.path("components").path(0), header);
      }
    }
    int picture = stream(root, header.primaryItem());
    if (picture < 0) {
      return "[0:v:0]";
    }
    int alpha = stream(root, alphaItem(file));
    return alpha < 0
        ? "[0:" + picture + "]"
        : String.format(
            Locale.ROOT,
            "[0:%d]format=rgba[colour];[0:%d]format=gray[alpha];[colour][alpha]alphamerge,",
            picture,
            alpha);
  }

  private static long alphaItem(Path file) {
    try {
      return HeifHeader.alphaItem(file);
    } catch (IOException e) {
      return -1;
    }
  }

  /** The stream of an item, or -1. */
  private static int stream(JsonNode root, long item) {
    for (JsonNode stream : root.path("streams")) {
      if (item >= 0 && item(stream) == item) {
        return stream.path("index").asInt();
      }
    }
    return -1;
  }

  private JsonNode probe(Path file) {
    try {
      return JSON.readTree(ffmpeg.probe(List.of("-show_stream_groups", "-show_streams"), file));
    } catch (JsonProcessingException e) {
      throw new UnprocessableMediaException("ffprobe answered something that is no JSON", e);
    }
  }

  private static long item(JsonNode node) {
    String id = node.path("id").asText("");
    return id.startsWith("0x") ? Long.parseLong(id.substring(2), 16) : -2;
  }

  private static String grid(JsonNode component, PictureHeader header) {
    JsonNode tiles = component.path("subcomponents");
    if (tiles.size() > MAX_TILES) {
      throw new UnprocessableMediaException("the picture is cut into too many tiles");
    }
    StringBuilder inputs = new StringBuilder();
    StringBuilder layout = new StringBuilder();
    for (JsonNode tile : tiles) {
      inputs.append("[0:").append(tile.path("stream_index").asInt()).append(']');
      layout
          .append(layout.isEmpty() ? "" : "|")
          .append(tile.path("tile_horizontal_offset").asInt())
          .append('_')
          .append(tile.path("tile_vertical_offset").asInt());
    }
    String crop =
        String.format(
            Locale.ROOT,
            "crop=%d:%d:%d:%d,",
            header.width(),
            header.height(),
            component.path("horizontal_offset").asInt(),
            component.path("vertical_offset").asInt());
    return tiles.size() < 2
        ? inputs + crop
        : inputs + "xstack=inputs=" + tiles.size() + ":layout=" + layout + "," + crop;
  }
}
