package dev.minsight.api;

import dev.minsight.store.Entities;
import dev.minsight.store.MediaEntity;
import dev.minsight.store.StreamRequests;
import dev.minsight.store.Streams;
import dev.minsight.support.ApiException;
import dev.minsight.support.NotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** {@code /entities/{id}/stream}: the HLS files of a video; store.md section 8. */
@Component("streamApi")
class StreamApi {

  /** Names that our own packager writes; whatever else is asked for does not exist. */
  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,254}");

  private static final String PLAYLIST = "application/vnd.apple.mpegurl";

  /** When looking again is worth it: two seconds of the video may be there. */
  private static final String RETRY_AFTER = "2";

  private final Entities entities;
  private final Streams streams;
  private final StreamRequests requests;

  StreamApi(Entities entities, Streams streams, StreamRequests requests) {
    this.entities = entities;
    this.streams = streams;
    this.requests = requests;
  }

  /** GET and HEAD the manifest: whoever asks first has the stream made. */
  public void manifest(Exchange exchange) {
    Form query = Form.query(exchange);
    long id = query.path("id", "entity_id");
    boolean wait = query.flag("wait").orElse(false);
    query.check();
    StreamRequests.State state = requests.ask(id, wait);
    if (state.failure() != null) {
      throw new StreamFailedException(state.failure());
    }
    if (state.making()) {
      Wire.json(exchange, 202, Map.of("detail", "hls_generating"));
      Requests.response(exchange).setHeader("Retry-After", RETRY_AFTER);
    } else {
      send(exchange, state.manifest());
    }
  }

  /** GET and HEAD another file of the stream: playlist or segment. */
  public void file(Exchange exchange) {
    Form query = Form.query(exchange);
    long id = query.path("id", "entity_id");
    query.check();
    String name = exchange.getIn().getHeader("filename", String.class);
    if (!FILE_NAME.matcher(name).matches()) {
      throw new ApiException(400, "Invalid filename");
    }
    MediaEntity entity = media(id);
    send(
        exchange,
        streams
            .file(entity, name)
            .orElseThrow(() -> new NotFoundException("Stream file not found")));
  }

  private static void send(Exchange exchange, Path file) {
    String name = file.getFileName().toString();
    Credential credential = Credential.of(Requests.of(exchange), Access.MEDIA);
    if (name.endsWith(".m3u8") && credential != null && credential.kind() == Credential.Kind.LINK) {
      sendWithToken(exchange, file, credential.text());
      return;
    }
    FileAnswer.send(exchange, file, contentType(name), Streams.tag(file), Streams.made(file), name);
  }

  /**
   * A player that cannot send headers asks for what a playlist names with nothing but that name.
   */
  private static void sendWithToken(Exchange exchange, Path playlist, String token) {
    String query = "?token=" + URLEncoder.encode(token, StandardCharsets.UTF_8);
    try {
      String text =
          Files.readAllLines(playlist).stream()
              .map(line -> line.isBlank() || line.startsWith("#") ? line : line + query)
              .collect(Collectors.joining("\n", "", "\n"));
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      Wire.bytes(exchange, 200, PLAYLIST, bytes);
      Requests.response(exchange).setHeader("Cache-Control", "private, no-store");
    } catch (NoSuchFileException e) {
      throw new NotFoundException("Stream file not found");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + playlist, e);
    }
  }

  private static String contentType(String name) {
    if (name.endsWith(".m3u8")) {
      return PLAYLIST;
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
