package dev.minsight.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.api.InvalidInputException.FieldError;
import dev.minsight.support.ApiException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.camel.Exchange;

/** The fields of a JSON object in the body of a request, each as the text a form would hold. */
final class JsonFields {

  /** Bytes; what we take as JSON is a handful of fields. */
  private static final int LONGEST = 1024 * 1024;

  private final JsonNode object;

  private JsonFields(JsonNode object) {
    this.object = object;
  }

  /**
   * @throws InvalidInputException 422 when the body is no JSON object
   */
  static JsonFields read(Exchange exchange) {
    try (InputStream in = exchange.getIn().getBody(InputStream.class)) {
      byte[] bytes = in == null ? new byte[0] : in.readNBytes(LONGEST + 1);
      if (bytes.length > LONGEST) {
        throw new ApiException(413, "The JSON is longer than " + LONGEST + " bytes");
      }
      JsonNode body = Wire.JSON.readTree(bytes);
      if (!body.isObject()) {
        throw invalid("json_type", "Input should be a JSON object");
      }
      return new JsonFields(body);
    } catch (JsonProcessingException e) {
      throw invalid("json_invalid", "JSON decode error");
    } catch (IOException e) {
      throw new UncheckedIOException("the body of the request cannot be read", e);
    }
  }

  private static InvalidInputException invalid(String type, String message) {
    return new InvalidInputException(List.of(new FieldError(type, List.of("body"), message, null)));
  }

  boolean has(String name) {
    return object.has(name);
  }

  /** Null when the field is missing or null. */
  String text(String name) {
    JsonNode value = object.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    return value.isValueNode() ? value.asText() : value.toString();
  }

  /** Names of fields that hold something else than a text. */
  Set<String> notText() {
    Set<String> names = new HashSet<>();
    object.properties().stream()
        .filter(field -> !field.getValue().isTextual())
        .forEach(field -> names.add(field.getKey()));
    return names;
  }
}
