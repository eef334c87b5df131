package dev.minsight.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.StreamSupport;
import org.springframework.http.HttpStatus;

/** The errors of an operation that follow from rules all operations share. */
final class OpenApiErrors {

  private final String method;
  private final String path;
  private final ObjectNode operation;
  private final OpenApiParts parts;

  OpenApiErrors(String method, String path, ObjectNode operation, OpenApiParts parts) {
    this.method = method;
    this.path = path;
    this.operation = operation;
    this.parts = parts;
  }

  /** Adds those that can occur and are not described yet. */
  void common(ObjectNode responses, Access access) {
    if (access != Access.PUBLIC) {
      add(
          responses,
          401,
          "no token where one is needed, or one that is not valid",
          access.speaksForAuth() ? "Not authenticated" : "Authentication required");
    }
    String forbidden = forbidden(access);
    if (forbidden != null) {
      add(responses, 403, "the token does not allow it", forbidden);
    }
    if (path.contains("{")) {
      add(responses, 404, "there is no such thing", "Not Found");
    }
    if (IdempotencyFilter.heeds(method, path)) {
      add(
          responses,
          409,
          "a request with this Idempotency-Key is still being worked on",
          "a request with this Idempotency-Key is still being worked on");
    }
    if (parameter("If-Match")) {
      add(responses, 412, "it has changed since", "the entity has changed since");
    }
    if (operation.has("parameters") || operation.has("requestBody")) {
      add(responses, 422, "what was sent does not fit", null);
    }
    add(
        responses,
        500,
        "a mistake of the server",
        "Internal error; the log has it under 8d1f6c1e-6a0e-4a55-9a0c-2f6d1c1f8a11");
    add(responses, 503, "passes by itself; try again later", "the database is busy");
  }

  private static String forbidden(Access access) {
    if (access == Access.PUBLIC || access == Access.ACCOUNT) {
      return null;
    }
    if (access.speaksForAuth()) {
      return "The user doesn't have enough privileges";
    }
    return access.permission() == null
        ? "Insufficient permissions. Admin access required"
        : "Insufficient permissions. Required: " + access.permission();
  }

  private boolean parameter(String name) {
    return StreamSupport.stream(operation.path("parameters").spliterator(), false)
        .anyMatch(parameter -> parameter.path("name").asText().equals(name));
  }

  private void add(ObjectNode responses, int status, String description, String detail) {
    String code = Integer.toString(status);
    if (!responses.has(code)) {
      content(responses.putObject(code).put("description", description), status, detail);
    }
  }

  /**
   * Fills in an error's headers and bodies.
   *
   * @param detail example of what it says; null for the list of fields that are wrong
   */
  void content(ObjectNode response, int status, String detail) {
    if (status == 401) {
      header(response, "WWW-Authenticate", "Bearer");
    }
    if (status == 503 || status == 429) {
      header(response, "Retry-After", "seconds to wait");
    }
    if (method.equals("HEAD")) {
      return; // never has a body
    }
    JsonNode fields =
        Wire.JSON
            .createArrayNode()
            .add(
                Wire.JSON.valueToTree(
                    new InvalidInputException.FieldError(
                        "int_parsing",
                        List.of("path", "id"),
                        "Input should be a valid integer, unable to parse string as an integer",
                        "seven")));
    ObjectNode content = response.putObject("content");
    ObjectNode json = content.putObject("application/json");
    json.set("schema", parts.schema(status == 422 ? "InvalidInput" : "Error"));
    ObjectNode example = json.putObject("example");
    if (detail == null) {
      example.set("detail", fields);
    } else {
      example.put("detail", detail);
    }
    ObjectNode problem = content.putObject("application/problem+json");
    problem.set("schema", parts.schema("Problem"));
    example = problem.putObject("example");
    example.put("type", "about:blank");
    example.put("title", HttpStatus.valueOf(status).getReasonPhrase());
    example.put("status", status);
    example.put("detail", detail == null ? "Invalid input" : detail);
    example.put("instance", path.replaceAll("\\{[a-z_]*id\\}", "7"));
    example.put("retryable", status == 503 || status == 429);
    example.put("requestId", "8d1f6c1e-6a0e-4a55-9a0c-2f6d1c1f8a11");
    if (detail == null) {
      example.set("errors", fields);
    }
  }

  private static void header(ObjectNode response, String name, String description) {
    ObjectNode header = response.withObject("/headers").putObject(name);
    header.put("description", description);
    header.putObject("schema").put("type", "string");
  }
}
