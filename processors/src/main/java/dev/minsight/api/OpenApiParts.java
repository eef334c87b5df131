package dev.minsight.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** {@code openapi/components.yaml}: shapes and examples that the routes name. */
final class OpenApiParts {

  private static final String RESOURCE = "/openapi/components.yaml";

  private final JsonNode parts;

  private OpenApiParts(JsonNode parts) {
    this.parts = parts;
  }

  static OpenApiParts load() {
    try (InputStream in = OpenApiParts.class.getResourceAsStream(RESOURCE)) {
      Object yaml = new Yaml(new SafeConstructor(new LoaderOptions())).load(in);
      // Written and read once more, so that parts which the YAML shares are separate nodes.
      return new OpenApiParts(Wire.JSON.readTree(Wire.JSON.writeValueAsBytes(yaml)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + RESOURCE, e);
    }
  }

  String description() {
    return parts.get("description").textValue();
  }

  ObjectNode components() {
    ObjectNode components = Wire.JSON.createObjectNode();
    components.set("schemas", parts.get("schemas"));
    ObjectNode schemes = components.putObject("securitySchemes");
    schemes
        .putObject("bearer")
        .put("type", "http")
        .put("scheme", "bearer")
        .put("bearerFormat", "JWT")
        .put("description", "A token of POST /auth/token, or an API key");
    schemes
        .putObject("apiKey")
        .put("type", "apiKey")
        .put("in", "header")
        .put("name", "X-Api-Key")
        .put("description", "An API key");
    return components;
  }

  /**
   * @param model name of a schema, with {@code []} behind it for an array of them
   * @return a reference to it
   */
  ObjectNode schema(String model) {
    ObjectNode schema = Wire.JSON.createObjectNode();
    if (model.endsWith("[]")) {
      schema.put("type", "array").set("items", schema(element(model)));
    } else if (parts.get("schemas").has(model)) {
      schema.put("$ref", "#/components/schemas/" + model);
    } else {
      throw new IllegalStateException(
          "a route names the model " + model + ", which " + RESOURCE + " does not have");
    }
    return schema;
  }

  /**
   * @return an example of the model
   */
  JsonNode example(String model) {
    JsonNode example = parts.get("examples").path(element(model));
    if (example.isMissingNode()) {
      throw new IllegalStateException(RESOURCE + " has no example of " + element(model));
    }
    if (!model.endsWith("[]")) {
      return example.deepCopy();
    }
    ArrayNode array = Wire.JSON.createArrayNode();
    array.add(example.deepCopy());
    return array;
  }

  private static String element(String model) {
    return model.endsWith("[]") ? model.substring(0, model.length() - 2) : model;
  }
}
