package dev.minsight.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.minsight.store.EntityView;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** How answers look on the wire: JSON, snake_case, nulls included. */
final class Wire {

  /** The contract's JSON: snake_case names, unknown values as null, never left out. */
  static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .addMixIn(EntityView.class, EntityAnswers.ExtraFields.class)
          .build();

  private Wire() {}

  /** Answers 204: done, and nothing to say. */
  static void nothing(Exchange exchange) {
    written(exchange, 204);
  }

  /** Headers and body, if any, are on the servlet response already; Camel adds the status. */
  static void written(Exchange exchange, int status) {
    Message message = exchange.getMessage();
    message.removeHeaders("*");
    message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
    message.setBody(null);
  }

  /** Answers with a JSON body; nothing of the request's headers goes back. */
  static void json(Exchange exchange, int status, Object body) {
    try {
      bytes(exchange, status, "application/json", JSON.writeValueAsBytes(body));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the answer cannot be written as JSON", e);
    }
  }

  /** Answers with a body that is written already. */
  static void bytes(Exchange exchange, int status, String contentType, byte[] body) {
    Message message = exchange.getMessage();
    message.removeHeaders("*");
    message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
    message.setHeader(Exchange.CONTENT_TYPE, contentType);
    message.setBody(body);
  }
}
