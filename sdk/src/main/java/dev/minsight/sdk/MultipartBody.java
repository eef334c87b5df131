package dev.minsight.sdk;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;

/**
 * A {@code multipart/form-data} body (RFC 7578) of text fields and one file. The file is read from
 * disk while it is sent, never held in memory, and the length is known beforehand, so the server
 * can refuse a body that is too large before it is sent.
 */
final class MultipartBody {

  private static final String CRLF = "\r\n";

  private final String boundary;
  private final BodyPublisher publisher;

  private MultipartBody(String boundary, BodyPublisher publisher) {
    this.boundary = boundary;
    this.publisher = publisher;
  }

  /**
   * @param fields sent before the file, so that a server can judge them while the file arrives
   * @param name of the file's field
   * @param file only its last name is sent, never where it lies
   * @throws NoSuchFileException when it is not a file that can be read
   */
  static MultipartBody of(Map<String, String> fields, String name, Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString(), null, "no such file");
    }
    // 122 random bits: no file contains it except by malice aimed at its own upload.
    String boundary = "minsight-" + UUID.randomUUID();
    StringBuilder head = new StringBuilder();
    fields.forEach(
        (field, value) ->
            head.append(part(boundary, "name=\"" + escaped(field) + "\""))
                .append("Content-Type: text/plain; charset=utf-8")
                .append(CRLF + CRLF)
                .append(value)
                .append(CRLF));
    String fileName = escaped(file.getFileName().toString());
    head.append(part(boundary, "name=\"" + escaped(name) + "\"; filename=\"" + fileName + "\""))
        .append("Content-Type: application/octet-stream")
        .append(CRLF + CRLF);
    String tail = CRLF + "--" + boundary + "--" + CRLF;
    return new MultipartBody(
        boundary,
        BodyPublishers.concat(
            BodyPublishers.ofString(head.toString(), StandardCharsets.UTF_8),
            BodyPublishers.ofFile(file),
            BodyPublishers.ofString(tail, StandardCharsets.UTF_8)));
  }

  String contentType() {
    return "multipart/form-data; boundary=" + boundary;
  }

  BodyPublisher publisher() {
    return publisher;
  }

  private static String part(String boundary, String disposition) {
    return "--" + boundary + CRLF + "Content-Disposition: form-data; " + disposition + CRLF;
  }

  /**
   * Names go as raw UTF-8 with quote and line ends percent-encoded: RFC 7578 section 4.2 forbids
   * {@code filename*}, and this is what browsers send (WHATWG HTML, multipart/form-data encoding
   * algorithm), hence what servers understand.
   */
  private static String escaped(String name) {
    return name.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
  }
}
