package dev.minsight.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.api.InvalidInputException.FieldError;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;

/** The fields of a JSON object as a form would send them. */
final class JsonFields {

  private JsonFields() {}

  /**
   * @return value of a field as text, empty for null, null for a field that is not there
   * @throws InvalidInputException if the body is no JSON object
   */
  static UnaryOperator<String> of(Exchange exchange) {
    byte[] bytes = exchange.getIn().getBody(byte[].class);
    JsonNode object;
    try {
      object = Wire.JSON.readTree(bytes == null ? new byte[0] : bytes);
    } catch (IOException e) {
      throw invalid("json_invalid", "JSON decode error", List.of("body"), null);
    }
    if (!object.isObject()) {
      throw invalid("model_attributes_type", "Input should be an object", List.of("body"), null);
    }
    return name -> text(name, object.get(name));
  }

  private static String text(String name, JsonNode value) {
    if (value == null) {
      return null;
    }
    if (value.isContainerNode()) {
      throw invalid("string_type", "Input should be a single value", List.of("body", name), value);
    }
    return value.isNull() ? "" : value.asText();
  }

  private static InvalidInputException invalid(
      String type, String message, List<String> location, Object input) {
    return new InvalidInputException(List.of(new FieldError(type, location, message, input)));
  }
}
