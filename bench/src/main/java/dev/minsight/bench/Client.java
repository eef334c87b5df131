package dev.minsight.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;

/** Sends files as a browser's form does. */
final class Client {

  private static final String BOUNDARY = "bench-5a1c";

  private final HttpClient http = HttpClient.newHttpClient();

  /**
   * Posts a form with a file, and takes nothing but success.
   *
   * @param address where
   * @param fields before the file
   * @param name of the file's field
   * @param file the file
   */
  void post(String address, Map<String, String> fields, String name, Path file)
      throws IOException, InterruptedException {
    StringBuilder head = new StringBuilder();
    fields.forEach(
        (field, value) -> {
          part(head, "\"" + field + "\"");
          head.append(value).append("\r\n");
        });
    part(head, "\"" + name + "\"; filename=\"" + file.getFileName() + "\"");
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(address))
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(
                    BodyPublishers.concat(
                        BodyPublishers.ofString(head.toString()),
                        BodyPublishers.ofFile(file),
                        BodyPublishers.ofString("\r\n--" + BOUNDARY + "--\r\n")))
                .build(),
            BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2) {
      throw new IOException(file + ": " + answer.statusCode() + " " + answer.body());
    }
  }

  private static void part(StringBuilder form, String name) {
    form.append("--").append(BOUNDARY).append("\r\nContent-Disposition: form-data; name=");
    form.append(name).append("\r\n\r\n");
  }
}
