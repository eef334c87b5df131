package dev.minsight.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Reads the answer to a refused call. Never throws: whatever a proxy or a stranger's server sent, a
 * typed error comes out.
 */
final class ErrorBody {

  private final ObjectMapper mapper;

  ErrorBody(ObjectMapper mapper) {
    this.mapper = mapper;
  }

  ApiException toException(int status, HttpHeaders headers, byte[] body) {
    JsonNode detail = detailOf(body);
    List<ApiException.Problem> problems = problems(detail);
    String text = text(status, detail, problems);
    return switch (status) {
      case 401 -> new ApiException.Unauthorized(text);
      case 403 -> new ApiException.Forbidden(text);
      case 404 -> new ApiException.NotFound(text);
      case 422 -> new ApiException.ValidationFailed(text, problems);
      case 429 -> new ApiException.TooManyRequests(text, retryAfter(headers));
      default -> new ApiException(status, text);
    };
  }

  private JsonNode detailOf(byte[] body) {
    try {
      return mapper.readTree(body).path("detail");
    } catch (IOException e) {
      return mapper.missingNode();
    }
  }

  private static String text(int status, JsonNode detail, List<ApiException.Problem> problems) {
    if (detail.isTextual() && !detail.asText().isBlank()) {
      return detail.asText();
    }
    if (!problems.isEmpty()) {
      return problems.stream()
          .map(p -> p.location().isEmpty() ? p.message() : p.location() + ": " + p.message())
          .collect(Collectors.joining("; "));
    }
    return detail.isContainerNode() && !detail.isEmpty()
        ? detail.toString()
        : "the server answered " + status + " without an explanation";
  }

  /** The list form of a 422: {@code [{"type", "loc", "msg", "input"}]}. */
  private static List<ApiException.Problem> problems(JsonNode detail) {
    List<ApiException.Problem> problems = new ArrayList<>();
    if (detail.isArray()) {
      for (JsonNode entry : detail) {
        List<String> path = new ArrayList<>();
        entry.path("loc").forEach(step -> path.add(step.asText()));
        problems.add(
            new ApiException.Problem(String.join(".", path), entry.path("msg").asText("invalid")));
      }
    }
    return problems;
  }

  private static Duration retryAfter(HttpHeaders headers) {
    return headers
        .firstValue("Retry-After")
        .filter(value -> value.matches("\\d{1,9}"))
        .map(value -> Duration.ofSeconds(Long.parseLong(value)))
        .orElse(null);
  }
}
