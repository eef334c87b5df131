package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EntitiesHttpTest {

  private final TestServer server = OpenServer.shared();
  @TempDir Path folder;

  @Test
  @DisplayName("AC-C01 smoke")
  void collection() {
    HttpResponse<String> answer =
        server.form(
            "POST",
            server.store("/entities"),
            null,
            Map.of("is_collection", "true", "label", "Ferien & Meer"));
    System.out.println(answer.statusCode() + " " + answer.body());
    answer =
        server.form(
            "POST",
            server.store("/entities/"),
            null,
            Map.of(
                "is_collection", "true", "label", "b", "id", "7", "CamelHttpResponseCode", "500"));
    System.out.println(answer.statusCode() + " " + answer.body());
    answer =
        server.multipart(
            "POST",
            server.store("/entities/"),
            null,
            Map.of("is_collection", "false"),
            "image",
            Pictures.write(folder.resolve("a b.png"), Pictures.noise("png", 400, 300, 1)));
    System.out.println(answer.statusCode() + " " + answer.body());
    JsonNode json = TestServer.json(answer);
    for (String p :
        new String[] {
          "/entities?page_size=5&version=1",
          "/entities/" + json.get("id"),
          "/entities/" + json.get("id") + "/versions/",
          "/entities/" + json.get("id") + "?version=1&id=99",
          "/entities/x?version=y"
        }) {
      answer = server.get(server.store(p), null);
      System.out.println(answer.statusCode() + " " + answer.body());
    }
    answer = server.get(server.store("/entities/" + json.get("id") + "/preview"), null);
    System.out.println(answer.statusCode() + " " + answer.headers().map());
    answer =
        server.send(
            server
                .request(server.store("/entities/" + json.get("id") + "/media"), null)
                .header("Range", "bytes=0-9")
                .build());
    System.out.println(answer.statusCode() + " " + answer.headers().map() + answer.body().length());
    answer =
        server.send(
            server
                .request(server.store("/entities/" + json.get("id") + "/media"), null)
                .method("HEAD", java.net.http.HttpRequest.BodyPublishers.noBody())
                .build());
    System.out.println(answer.statusCode() + " " + answer.headers().map() + answer.body().length());
    assertThat(answer.statusCode()).isEqualTo(200);
  }
}
