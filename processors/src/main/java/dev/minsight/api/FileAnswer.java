package dev.minsight.api;

import dev.minsight.support.ApiException;
import dev.minsight.support.NotFoundException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.apache.camel.Exchange;

/**
 * Answers with a file on disk: GET and HEAD, single ranges, validators (RFC 9110 sections 13 and
 * 14). The bytes go straight from the file to the response, a buffer at a time.
 */
final class FileAnswer {

  private static final int BUFFER = 64 * 1024;

  private final Exchange exchange;
  private final HttpServletRequest request;
  private final HttpServletResponse response;

  private FileAnswer(Exchange exchange) {
    this.exchange = exchange;
    this.request = Requests.of(exchange);
    this.response = Requests.response(exchange);
  }

  /**
   * Sends a file under its own name, of a type nobody knows; time and size say whether it is new.
   *
   * @param file what to send
   */
  static void send(Exchange exchange, Path file) {
    try {
      long modified = Files.getLastModifiedTime(file).toMillis();
      send(
          exchange,
          file,
          "application/octet-stream",
          Long.toHexString(modified) + "-" + Long.toHexString(Files.size(file)),
          modified,
          file.getFileName().toString());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /**
   * Sends a file as a download.
   *
   * @param file what to send
   * @param contentType its media type
   * @param etag strong validator without quotes: equal means equal bytes
   * @param modifiedMillis when the bytes came to be, milliseconds since 1970
   * @param name offered to whoever saves it
   */
  static void send(
      Exchange exchange,
      Path file,
      String contentType,
      String etag,
      long modifiedMillis,
      String name) {
    FileAnswer answer = new FileAnswer(exchange);
    String quoted = '"' + etag + '"';
    long modified = modifiedMillis / 1000 * 1000; // HTTP dates have whole seconds
    HttpServletResponse response = answer.response;
    response.setHeader("ETag", quoted);
    response.setDateHeader("Last-Modified", modified);
    response.setHeader("Accept-Ranges", "bytes");
    // May be kept by the one who may see it, but is asked for again: permissions change.
    response.setHeader("Cache-Control", "private, no-cache");
    if (answer.notModified(quoted, modified)) {
      Wire.written(exchange, HttpServletResponse.SC_NOT_MODIFIED);
      return;
    }
    response.setHeader("Content-Type", contentType);
    response.setHeader("Content-Disposition", attachment(name));
    // Bytes of strangers: the browser neither guesses a type nor runs anything in them.
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Content-Security-Policy", "sandbox; default-src 'none'");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      answer.content(channel, quoted, modified);
    } catch (NoSuchFileException e) {
      throw new NotFoundException("Media file not found");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private boolean notModified(String etag, long modified) {
    String none = request.getHeader("If-None-Match");
    if (none != null) {
      return Arrays.stream(none.split(","))
          .map(tag -> tag.strip().replaceFirst("^W/", ""))
          .anyMatch(tag -> tag.equals("*") || tag.equals(etag));
    }
    long since = date("If-Modified-Since");
    return since >= 0 && modified <= since;
  }

  private void content(FileChannel channel, String etag, long modified) throws IOException {
    long size = channel.size();
    boolean get = request.getMethod().equals("GET");
    ByteRange range =
        get && rangeApplies(etag, modified)
            ? ByteRange.parse(request.getHeader("Range"), size)
            : null;
    if (range != null && range.isEmpty()) {
      response.setHeader("Content-Range", "bytes */" + size);
      throw new ApiException(416, "the file has " + size + " bytes");
    }
    if (range != null) {
      response.setHeader(
          "Content-Range", "bytes " + range.first() + "-" + range.last() + "/" + size);
    }
    long first = range == null ? 0 : range.first();
    long length = range == null ? size : range.length();
    response.setContentLengthLong(length);
    int status = range == null ? HttpServletResponse.SC_OK : HttpServletResponse.SC_PARTIAL_CONTENT;
    response.setStatus(status);
    if (get) {
      copy(channel, first, length);
    }
    Wire.written(exchange, status);
  }

  /** If-Range: the range is meant for the bytes the client knows, else it wants all of them. */
  private boolean rangeApplies(String etag, long modified) {
    String known = request.getHeader("If-Range");
    return known == null || known.equals(etag) || date("If-Range") == modified;
  }

  private long date(String header) {
    try {
      return request.getDateHeader(header);
    } catch (IllegalArgumentException ignored) {
      return -1; // RFC 9110: a date that is none counts as absent
    }
  }

  private void copy(FileChannel channel, long first, long length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    OutputStream out = response.getOutputStream();
    channel.position(first);
    for (long left = length; left > 0; ) {
      buffer.clear().limit((int) Math.min(BUFFER, left));
      int read = channel.read(buffer);
      if (read < 0) {
        throw new IOException("the file became shorter while it was sent");
      }
      try {
        out.write(buffer.array(), 0, read);
      } catch (IOException e) {
        ClientGone.note(request);
        return;
      }
      left -= read;
    }
  }

  /** RFC 6266: a plain name for old clients, the real one in UTF-8 (RFC 8187) for the others. */
  static String attachment(String name) {
    String plain = name.replaceAll("[^\\x20-\\x7e]|[\"\\\\%]", "_");
    StringBuilder encoded = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (c < 0x80 && (Character.isLetterOrDigit(c) || "!#$&+-.^_`|~".indexOf(c) >= 0)) {
        encoded.append(c);
      } else {
        encoded.append(String.format("%%%02X", b & 0xff));
      }
    }
    return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded;
  }
}
