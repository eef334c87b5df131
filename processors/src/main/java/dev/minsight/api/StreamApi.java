package dev.minsight.api;

import dev.minsight.store.Entities;
import dev.minsight.store.MediaEntity;
import dev.minsight.store.Streams;
import dev.minsight.support.ApiException;
import dev.minsight.support.NotFoundException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** {@code /entities/{id}/stream}: the HLS files of a video; store.md section 8. */
@Component("streamApi")
class StreamApi {

  /** Names that our own packager writes; whatever else is asked for does not exist. */
  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,254}");

  private final Entities entities;
  private final Streams streams;

  StreamApi(Entities entities, Streams streams) {
    this.entities = entities;
    this.streams = streams;
  }

  /** GET and HEAD a file of the stream: manifest, playlist or segment. */
  public void file(Exchange exchange) {
    Form query = Form.query(exchange);
    long id = query.path("id", "entity_id");
    query.check();
    String name = exchange.getIn().getHeader("filename", String.class);
    if (!FILE_NAME.matcher(name).matches()) {
      throw new ApiException(400, "Invalid filename");
    }
    MediaEntity entity = name.equals(Streams.MANIFEST) ? video(id) : media(id);
    Path file =
        streams
            .file(entity, name)
            .orElseThrow(
                () ->
                    new NotFoundException(
                        name.equals(Streams.MANIFEST)
                            ? "Stream manifest not found on disk"
                            : "Stream file not found"));
    FileAnswer.send(exchange, file, contentType(name), Streams.tag(file), Streams.made(file), name);
  }

  private static String contentType(String name) {
    if (name.endsWith(".m3u8")) {
      return "application/vnd.apple.mpegurl";
    }
    if (name.endsWith(".ts")) {
      return "video/mp2t";
    }
    return name.endsWith(".mp4") || name.endsWith(".m4s")
        ? "video/mp4"
        : "application/octet-stream";
  }

  /** DELETE: the stream goes, the video stays. */
  public void delete(Exchange exchange) {
    Form query = Form.query(exchange);
    long id = query.path("id", "entity_id");
    query.check();
    streams.delete(entity(id));
    Wire.nothing(exchange);
  }

  /** Players that ask for a manifest are told in one word, whatever is wrong with the number. */
  private MediaEntity video(long id) {
    return entities
        .find(id)
        .filter(entity -> !entity.isCollection())
        .orElseThrow(() -> new NotFoundException("hls_failed"));
  }

  private MediaEntity media(long id) {
    MediaEntity entity = entity(id);
    if (entity.isCollection()) {
      throw new ApiException(400, "Entity is a collection");
    }
    return entity;
  }

  private MediaEntity entity(long id) {
    return entities.find(id).orElseThrow(() -> new NotFoundException("Entity not found"));
  }
}
