package dev.minsight.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * How every error looks: the contract's {@code {"detail": …}}, or a problem of RFC 9457 for those
 * who ask for {@code application/problem+json}. Headers that belong to a status are set here, too.
 */
final class ErrorBodies {

  /** What may pass by itself: RFC 9110 sections 15.5.9 and 15.6.4, RFC 6585, RFC 8470. */
  private static final Set<Integer> RETRYABLE = Set.of(408, 425, 429, 503);

  /** Wait before another try where the failure does not know better, seconds. */
  private static final String RETRY_AFTER = "5";

  private ErrorBodies() {}

  /**
   * An error's body.
   *
   * @param contentType its media type
   * @param bytes the JSON
   */
  record Body(String contentType, byte[] bytes) {}

  /**
   * Sets what belongs into the answer's headers and returns its body.
   *
   * @param detail for people; or the list of fields that are wrong
   */
  static Body prepare(
      HttpServletRequest request, HttpServletResponse response, int status, Object detail) {
    return prepare(request, response, status, detail, null);
  }

  /**
   * As above.
   *
   * @param reason what a problem says beside a detail that is a fixed word; null for nothing
   */
  static Body prepare(
      HttpServletRequest request,
      HttpServletResponse response,
      int status,
      Object detail,
      String reason) {
    response.setHeader("X-Content-Type-Options", "nosniff");
    if (status == 401) {
      response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }
    if (status == 503 && response.getHeader(HttpHeaders.RETRY_AFTER) == null) {
      response.setHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
    }
    boolean problem = wantsProblem(request.getHeader(HttpHeaders.ACCEPT));
    try {
      return new Body(
          problem ? MediaType.APPLICATION_PROBLEM_JSON_VALUE : MediaType.APPLICATION_JSON_VALUE,
          Wire.JSON.writeValueAsBytes(
              problem
                  ? problem(request, response, status, detail, reason)
                  : Map.of("detail", detail)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the error cannot be written as JSON", e);
    }
  }

  /** Answers with an error where no route is involved. */
  static void write(
      HttpServletRequest request, HttpServletResponse response, int status, Object detail)
      throws IOException {
    Requests.id(request, response);
    Body body = prepare(request, response, status, detail);
    response.setStatus(status);
    response.setContentType(body.contentType());
    response.setContentLength(body.bytes().length);
    response.getOutputStream().write(body.bytes());
  }

  private static Map<String, Object> problem(
      HttpServletRequest request,
      HttpServletResponse response,
      int status,
      Object detail,
      String reason) {
    HttpStatus known = HttpStatus.resolve(status);
    Map<String, Object> problem = new LinkedHashMap<>();
    problem.put("type", "about:blank");
    problem.put("title", known == null ? "Error" : known.getReasonPhrase());
    problem.put("status", status);
    problem.put("detail", detail instanceof List ? "Invalid input" : detail);
    problem.put("instance", Requests.path(request));
    problem.put(
        "retryable",
        RETRYABLE.contains(status) || response.getHeader(HttpHeaders.RETRY_AFTER) != null);
    problem.put("requestId", Requests.id(request, response));
    if (detail instanceof List) {
      problem.put("errors", detail);
    }
    if (reason != null) {
      problem.put("reason", reason);
    }
    return problem;
  }

  private static boolean wantsProblem(String accept) {
    if (accept == null) {
      return false;
    }
    try {
      return MediaType.parseMediaTypes(accept).stream()
          .anyMatch(
              type ->
                  type.getQualityValue() > 0
                      && type.equalsTypeAndSubtype(MediaType.APPLICATION_PROBLEM_JSON));
    } catch (InvalidMediaTypeException e) {
      return false; // who asks for nothing that exists gets the usual form
    }
  }
}
