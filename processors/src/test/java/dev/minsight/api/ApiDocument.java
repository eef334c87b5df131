package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.minsight.testing.TestServer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The live {@code /openapi.json}, as tests ask it. */
final class ApiDocument {

  private static final Set<String> FORMS =
      Set.of("application/x-www-form-urlencoded", "multipart/form-data", "application/json");

  private final JsonNode root;

  private ApiDocument(JsonNode root) {
    this.root = root;
  }

  static ApiDocument of(TestServer server) {
    var answer = server.get(server.store("/openapi.json"), null);
    assertThat(answer.statusCode()).isEqualTo(200);
    return new ApiDocument(TestServer.json(answer));
  }

  JsonNode root() {
    return root;
  }

  /** One operation of the document. */
  record Operation(String method, String path, JsonNode json) {

    String id() {
      return json.path("operationId").asText();
    }

    JsonNode parameters() {
      return json.path("parameters");
    }

    /** Names of its parameters that stand there. */
    Set<String> names(String in) {
      return StreamSupport.stream(parameters().spliterator(), false)
          .filter(parameter -> parameter.get("in").asText().equals(in))
          .map(parameter -> parameter.get("name").asText())
          .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Names of the fields of its forms, of JSON that may stand in for one, too. */
    Set<String> fields() {
      Set<String> names = new TreeSet<>();
      JsonNode content = json.path("requestBody").path("content");
      for (String type : FORMS) {
        content
            .path(type)
            .path("schema")
            .path("properties")
            .fieldNames()
            .forEachRemaining(names::add);
      }
      return names;
    }

    /** The path with a value in place of each variable. */
    String path(String number, String text) {
      String filled = path;
      for (JsonNode parameter : parameters()) {
        boolean isNumber = parameter.path("schema").path("type").asText().equals("integer");
        filled =
            filled.replace("{" + parameter.get("name").asText() + "}", isNumber ? number : text);
      }
      return filled;
    }

    @Override
    public String toString() {
      return id() + " (" + method + " " + path + ")";
    }
  }

  List<Operation> operations() {
    List<Operation> all = new ArrayList<>();
    root.get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        method ->
                            all.add(
                                new Operation(
                                    method.getKey().toUpperCase(Locale.ROOT),
                                    path.getKey(),
                                    method.getValue()))));
    return all;
  }

  Operation operation(String id) {
    return operations().stream()
        .filter(operation -> operation.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new AssertionError("the document has no operation " + id));
  }

  /**
   * Holds JSON against a schema of the document, more strictly than a client should: fields that
   * the schema does not name are mistakes.
   *
   * @return what does not fit
   */
  Set<String> objections(JsonNode schema, JsonNode json) {
    if (schema.isMissingNode()) {
      return Set.of("the document has no schema for this answer");
    }
    ObjectNode whole = schema.deepCopy();
    whole.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    whole.set("components", strict(root.get("components").deepCopy()));
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(whole)
        .validate(json)
        .stream()
        .map(ValidationMessage::getMessage)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static JsonNode strict(JsonNode node) {
    if (node instanceof ObjectNode object
        && object.has("properties")
        && !object.has("additionalProperties")) {
      object.put("additionalProperties", false);
    }
    if (node instanceof ObjectNode || node instanceof ArrayNode) {
      node.forEach(ApiDocument::strict);
    }
    return node;
  }
}
