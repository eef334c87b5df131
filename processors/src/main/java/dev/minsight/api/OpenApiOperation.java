package dev.minsight.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.model.rest.ResponseMessageDefinition;
import org.apache.camel.model.rest.VerbDefinition;
import org.springframework.http.server.PathContainer;

/**
 * Completes what Camel wrote of one operation: form fields become request bodies, the names of
 * models become schemas with examples, and what the access table and the common rules say of every
 * operation is added, see {@link OpenApiErrors}.
 */
final class OpenApiOperation {

  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String MULTIPART = "multipart/form-data";
  private static final String JSON = "application/json";

  /** How a route writes a range as the only allowable value: {@code 1..100}, {@code 1..}. */
  private static final Pattern RANGE = Pattern.compile("(-?[0-9.]*[0-9])?\\.\\.(-?[0-9.]*[0-9])?");

  private final String method;
  private final String path;
  private final ObjectNode operation;
  private final VerbDefinition verb;
  private final OpenApiParts parts;

  OpenApiOperation(
      String method, String path, ObjectNode operation, VerbDefinition verb, OpenApiParts parts) {
    this.method = method.toUpperCase(Locale.ROOT);
    this.path = path;
    this.operation = operation;
    this.verb = verb;
    this.parts = parts;
  }

  void complete() {
    operation.remove("x-camelContextId");
    Access access = AccessTable.find(method, PathContainer.parsePath(path)).orElse(Access.ADMIN);
    parameters();
    security(access);
    responses(access);
  }

  private void parameters() {
    List<ObjectNode> fields = new ArrayList<>();
    ArrayNode kept = Wire.JSON.createArrayNode();
    for (JsonNode parameter : operation.path("parameters")) {
      ObjectNode schema = (ObjectNode) parameter.get("schema");
      type(schema);
      if (parameter.path("in").asText().equals("formData")) {
        fields.add((ObjectNode) parameter);
      } else {
        kept.add(parameter);
      }
    }
    if (IdempotencyFilter.heeds(method, path)) {
      ObjectNode key = kept.addObject();
      key.put("name", IdempotencyFilter.KEY).put("in", "header").put("required", false);
      key.put("description", "the request is done once, however often it is sent with this key");
      key.putObject("schema").put("type", "string").put("minLength", 1).put("maxLength", 255);
    }
    operation.remove("parameters");
    if (!kept.isEmpty()) {
      operation.set("parameters", kept);
    }
    if (!fields.isEmpty()) {
      form(fields);
    }
    if (operation.has("requestBody")) {
      jsonBody();
    }
  }

  /** Ranges, and defaults in the type of the parameter: Camel writes all of them as text. */
  private static void type(ObjectNode schema) {
    String type = schema.path("type").asText();
    if (type.equals("file")) {
      schema.put("type", "string").put("format", "binary");
    }
    if (type.equals("integer") && !schema.has("format")) {
      schema.put("format", "int64");
    }
    if (schema.has("default") && !type.equals("string")) {
      schema.set("default", value(schema.get("default").asText()));
    }
    JsonNode allowed = schema.path("enum");
    Matcher range = RANGE.matcher(allowed.size() == 1 ? allowed.get(0).asText() : "");
    if (range.matches()) {
      schema.remove("enum");
      boolean text = type.equals("string");
      if (range.group(1) != null) {
        schema.set(text ? "minLength" : "minimum", value(range.group(1)));
      }
      if (range.group(2) != null) {
        schema.set(text ? "maxLength" : "maximum", value(range.group(2)));
      }
    }
  }

  private static JsonNode value(String text) {
    try {
      return Wire.JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "a route has the value " + text + " for a number or boolean", e);
    }
  }

  private void form(List<ObjectNode> fields) {
    String consumes = verb.getConsumes() == null ? FORM + "," + MULTIPART : verb.getConsumes();
    ObjectNode body = operation.putObject("requestBody");
    body.put("required", fields.stream().anyMatch(field -> field.path("required").asBoolean()));
    ObjectNode content = body.putObject("content");
    for (String type : consumes.split(",")) {
      content.putObject(type).set("schema", form(fields, type));
    }
  }

  private static ObjectNode form(List<ObjectNode> fields, String type) {
    ObjectNode schema = Wire.JSON.createObjectNode().put("type", "object");
    ArrayNode required = Wire.JSON.createArrayNode();
    ObjectNode properties = schema.putObject("properties");
    for (ObjectNode field : fields) {
      ObjectNode property = field.get("schema").deepCopy();
      boolean file = property.path("format").asText().equals("binary");
      if (file && !type.equals(MULTIPART)) {
        continue; // a file needs multipart
      }
      property.set("description", field.get("description"));
      boolean must = field.path("required").asBoolean();
      if (must) {
        required.add(field.get("name"));
      } else if (type.equals(JSON)) {
        ArrayNode types = Wire.JSON.createArrayNode().add(property.get("type")).add("null");
        property.set("type", types);
      }
      properties.set(field.get("name").asText(), property);
    }
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
    return schema;
  }

  /** A body of one type: the route names its model as the data type of the parameter. */
  private void jsonBody() {
    verb.getParams().stream()
        .filter(param -> param.getType().name().equals("body"))
        .forEach(
            param -> {
              ObjectNode content = operation.withObject("/requestBody").putObject("content");
              ObjectNode json = content.putObject(JSON);
              json.set("schema", parts.schema(param.getDataType()));
              json.set("example", parts.example(param.getDataType()));
            });
  }

  private void security(Access access) {
    ArrayNode security = operation.putArray("security");
    if (access.openToGuests()) {
      security.addObject();
    }
    if (access != Access.PUBLIC) {
      security.addObject().putArray("bearer");
      security.addObject().putArray("apiKey");
    }
  }

  private void responses(Access access) {
    ObjectNode camels = (ObjectNode) operation.get("responses");
    ObjectNode responses = operation.putObject("responses");
    OpenApiErrors errors = new OpenApiErrors(method, path, operation, parts);
    for (ResponseMessageDefinition message : verb.getResponseMsgs()) {
      String code = message.getCode();
      ObjectNode response = responses.putObject(code).put("description", message.getMessage());
      if (camels.path(code).has("headers")) {
        response.set("headers", camels.get(code).get("headers"));
      }
      if (code.compareTo("400") >= 0) {
        errors.content(response, Integer.parseInt(code), message.getMessage());
      } else if (message.getResponseModel() != null) {
        content(response, message.getResponseModel());
      }
    }
    errors.common(responses, access);
  }

  private void content(ObjectNode response, String model) {
    ObjectNode content = response.putObject("content");
    if (model.contains("/")) { // bytes, of one of these media types
      for (String type : model.split(",")) {
        content.putObject(type).putObject("schema").put("type", "string").put("format", "binary");
      }
      return;
    }
    ObjectNode json = content.putObject(JSON);
    json.set("schema", parts.schema(model));
    json.set("example", parts.example(model));
  }
}
