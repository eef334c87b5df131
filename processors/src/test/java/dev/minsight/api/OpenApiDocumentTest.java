package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.api.ApiDocument.Operation;
import dev.minsight.testing.Contract;
import dev.minsight.testing.TestServer;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.component.platform.http.springboot.CamelRequestHandlerMapping;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;

/** Whether the API's description is complete, by itself; what it says is true, OpenApiLiveTest. */
class OpenApiDocumentTest {

  /** Served by routes and not part of what they serve. */
  private static final Set<String> ABOUT_ITSELF = Set.of("GET /openapi.json");

  private final TestServer server = TestServer.shared();
  private final ApiDocument document = ApiDocument.of(server);

  @Test
  @DisplayName("The document is OpenAPI 3 with the reference's title and version")
  @Contract("store.md 1 OpenAPI")
  void titleAndVersion() {
    assertThat(document.root().get("openapi").asText()).startsWith("3.");
    assertThat(document.root().at("/info/title").asText()).isEqualTo("CoLAN Store");
    assertThat(document.root().at("/info/version").asText()).isEqualTo("v1");
    assertThat(document.root().at("/components/securitySchemes").properties())
        .extracting(Map.Entry::getKey)
        .containsExactlyInAnyOrder("bearer", "apiKey");
  }

  @Test
  @DisplayName("Every operation that the routes serve is in the document, and no other")
  void sameOperationsAsTheRoutes() {
    Set<String> served = new TreeSet<>();
    for (RequestMappingInfo mapping :
        server.bean(CamelRequestHandlerMapping.class).getHandlerMethods().keySet()) {
      for (RequestMethod method : mapping.getMethodsCondition().getMethods()) {
        mapping.getPatternValues().forEach(path -> served.add(method + " " + path));
      }
    }
    served.removeAll(ABOUT_ITSELF);

    Set<String> described = new TreeSet<>();
    for (Operation operation : document.operations()) {
      described.add(operation.method() + " " + operation.path());
    }

    assertThat(described).isEqualTo(served).hasSizeGreaterThan(40);
  }

  @Test
  @DisplayName("Every operation has an id of its own, a summary, a group, and says how it succeeds")
  void operationsAreDescribed() {
    Set<String> ids = new TreeSet<>();
    for (Operation operation : document.operations()) {
      assertThat(ids.add(operation.id())).as("%s has an id of its own", operation).isTrue();
      assertThat(operation.json().path("summary").asText()).as("%s", operation).isNotBlank();
      assertThat(operation.json().path("tags")).as("%s has a group", operation).hasSize(1);
      assertThat(operation.json().path("responses").properties())
          .as("%s says how it succeeds", operation)
          .anyMatch(response -> response.getKey().startsWith("2"));
    }
  }

  @Test
  @DisplayName("Every parameter has a type and a description")
  void parametersAreDescribed() {
    for (Operation operation : document.operations()) {
      for (JsonNode parameter : operation.parameters()) {
        assertThat(parameter.path("description").asText())
            .as("%s: %s", operation, parameter.path("name"))
            .isNotBlank();
        boolean list = parameter.at("/schema/type").asText().equals("array");
        assertThat(parameter.at(list ? "/schema/items/type" : "/schema/type").asText())
            .isIn("string", "integer", "number", "boolean");
        assertThat(parameter.path("in").asText()).isIn("path", "query", "header");
      }
      for (JsonNode content : operation.json().at("/requestBody/content")) {
        content
            .at("/schema/properties")
            .properties()
            .forEach(
                field ->
                    assertThat(field.getValue().path("description").asText())
                        .as("%s: %s", operation, field.getKey())
                        .isNotBlank());
      }
    }
  }

  @Test
  @DisplayName("Every form is accepted urlencoded and as multipart")
  @Contract("store.md 1 write bodies")
  void formsBothWays() {
    for (Operation operation : document.operations()) {
      JsonNode content = operation.json().at("/requestBody/content");
      if (content.has("multipart/form-data")) {
        assertThat(content.has("application/x-www-form-urlencoded")).as("%s", operation).isTrue();
      }
    }
    assertThat(
            document
                .operation("entity-create")
                .json()
                .at("/requestBody/content/multipart~1form-data/schema/properties/media_file/format")
                .asText())
        .isEqualTo("binary");
  }

  @Test
  @DisplayName("Every example fits its schema")
  void examplesFit() {
    for (Operation operation : document.operations()) {
      for (JsonNode response : operation.json().get("responses")) {
        assertFits(operation, response.path("content"));
      }
      assertFits(operation, operation.json().at("/requestBody/content"));
    }
  }

  private void assertFits(Operation operation, JsonNode contents) {
    contents
        .properties()
        .forEach(
            content -> {
              if (content.getKey().contains("json") && content.getValue().has("example")) {
                assertThat(
                        document.objections(
                            content.getValue().get("schema"), content.getValue().get("example")))
                    .as("%s, example of %s", operation, content.getKey())
                    .isEmpty();
              }
            });
  }

  @Test
  @DisplayName("Every JSON answer has a schema and an example")
  void jsonAnswersHaveBoth() {
    for (Operation operation : document.operations()) {
      for (JsonNode response : operation.json().get("responses")) {
        JsonNode json = response.path("content").path("application/json");
        if (!json.isMissingNode()) {
          assertThat(json.has("schema") && json.has("example")).as("%s", operation).isTrue();
        }
      }
    }
  }

  @Test
  @DisplayName("Guests may use what needs no token; the rest names bearer and API key")
  void securityFollowsTheAccessTable() {
    assertThat(document.operation("root").json().get("security")).isEmpty();
    assertThat(document.operation("entity-list").json().get("security")).hasSize(3);
    assertThat(document.operation("entity-list").json().get("security").get(0)).isEmpty();
    assertThat(document.operation("entity-create").json().get("security")).hasSize(2);
    assertThat(document.operation("entity-create").json().at("/responses/403/content").toString())
        .contains("media_store_write");
  }

  @Test
  @DisplayName("Ranges and defaults of the routes are in the schemas")
  void rangesAndDefaults() {
    JsonNode pageSize = null;
    for (JsonNode parameter : document.operation("entity-list").parameters()) {
      pageSize = parameter.get("name").asText().equals("page_size") ? parameter : pageSize;
    }

    assertThat(pageSize.at("/schema/minimum").asInt()).isEqualTo(1);
    assertThat(pageSize.at("/schema/maximum").asInt()).isEqualTo(100);
    assertThat(pageSize.at("/schema/default").isInt()).isTrue();
    assertThat(pageSize.at("/schema/default").asInt()).isEqualTo(20);
  }

  @Test
  @DisplayName("Aliases of older clients are not in the document")
  void noAliases() {
    List<String> paths = document.operations().stream().map(Operation::path).toList();

    assertThat(paths)
        .noneMatch(path -> path.matches("/(entity|download|preview|stream)(/.*)?"))
        .doesNotContain("/admin/config", "/admin/config/guest-mode");
  }

  @Test
  @DisplayName("POST takes an Idempotency-Key unless its answer is a secret")
  void idempotencyKey() {
    assertThat(document.operation("entity-create").names("header")).contains("Idempotency-Key");
    assertThat(document.operation("auth-login").names("header")).isEmpty();
  }

  @Test
  @DisplayName("/docs leads to the page of the document")
  @Contract("store.md 1 OpenAPI")
  void docsRedirects() {
    HttpResponse<String> answer = server.get(server.store("/docs"), null);

    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(answer.headers().firstValue("Location").orElseThrow()).endsWith("/ui/api/");
  }
}
