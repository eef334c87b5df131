package dev.minsight.api;

import dev.minsight.store.Entities;
import dev.minsight.store.MediaEntity;
import dev.minsight.store.MediaFiles;
import dev.minsight.support.ApiException;
import dev.minsight.support.NotFoundException;
import dev.minsight.support.UnprocessableMediaException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** {@code /entities/{id}/media} and {@code /preview}; store.md section 8. */
@Component("mediaApi")
class MediaApi {

  private static final Logger LOG = LoggerFactory.getLogger(MediaApi.class);
  private static final String NO_PREVIEW = "Preview file not found";

  private final Entities entities;
  private final MediaFiles files;

  MediaApi(Entities entities, MediaFiles files) {
    this.entities = entities;
    this.files = files;
  }

  /** GET and HEAD the original, unaltered. */
  public void media(Exchange exchange) {
    Form query = Form.query(exchange);
    long id = query.path("id", "entity_id");
    query.check();
    try {
      send(exchange, media(id));
    } catch (NotFoundException e) {
      send(exchange, media(id)); // its file was perhaps replaced while we looked for the old one
    }
  }

  private void send(Exchange exchange, MediaEntity entity) {
    String name =
        entity.originalName() != null
            ? entity.originalName()
            : entity.md5() + "." + entity.extension();
    FileAnswer.send(
        exchange,
        files.original(entity),
        contentType(entity.mimeType()),
        entity.contentSha256(),
        entity.addedDate(),
        name);
  }

  /** GET and HEAD the preview; it is made when it is not there, with force or without. */
  public void preview(Exchange exchange) {
    Form query = Form.query(exchange);
    long id = query.path("id", "entity_id");
    boolean force = query.flag("force").orElse(false);
    query.check();
    MediaEntity entity = media(id);
    Path preview;
    try {
      preview = files.preview(entity).orElseThrow(() -> new NotFoundException(NO_PREVIEW));
    } catch (UnprocessableMediaException e) {
      LOG.info("Entity {} has no preview: {}", id, e.getMessage());
      throw force
          ? new ApiException(500, "Failed to generate preview")
          : new NotFoundException(NO_PREVIEW);
    }
    BasicFileAttributes made = attributes(preview);
    long modified = made.lastModifiedTime().toMillis();
    FileAnswer.send(
        exchange,
        preview,
        "image/png",
        Long.toHexString(modified) + "-" + Long.toHexString(made.size()),
        modified,
        entity.md5() + ".tb.png");
  }

  private MediaEntity media(long id) {
    MediaEntity entity =
        entities.find(id).orElseThrow(() -> new NotFoundException("Entity not found"));
    if (entity.isCollection()) {
      throw new ApiException(400, "Entity is a collection");
    }
    return entity;
  }

  /** Text is sent without a charset, since nobody knows it. */
  private static String contentType(String mimeType) {
    return mimeType == null ? "application/octet-stream" : mimeType;
  }

  private static BasicFileAttributes attributes(Path file) {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
