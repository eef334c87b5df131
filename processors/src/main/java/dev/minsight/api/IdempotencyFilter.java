package dev.minsight.api;

import dev.minsight.support.ApiException;
import dev.minsight.support.Caller;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * A POST with an Idempotency-Key is done once, however often it is sent
 * (draft-ietf-httpapi-idempotency-key-header): the first answer is kept and given again to the same
 * caller for the same operation and content. What fails by itself (5xx, 429) is not kept.
 *
 * <p>The route runs on this thread ({@link HttpThreads}), so its answer is complete when the chain
 * returns.
 */
final class IdempotencyFilter extends OncePerRequestFilter {

  /** The request's header. */
  static final String KEY = "Idempotency-Key";

  /** The answer's header when it is one that was kept. */
  static final String REPLAYED = "Idempotent-Replayed";

  private static final Logger LOG = LoggerFactory.getLogger(IdempotencyFilter.class);
  private static final Set<Integer> PASSING = Set.of(401, 403, 408, 425, 429);

  private final IdempotentAnswers answers;

  IdempotencyFilter(IdempotentAnswers answers) {
    this.answers = answers;
  }

  /**
   * Whether an operation heeds the header. Those that answer with secrets (tokens, API keys) do
   * not: their answers must not be kept.
   *
   * @param path within the application
   */
  static boolean heeds(String method, String path) {
    return method.equals("POST") && !path.startsWith("/auth/");
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return request.getHeader(KEY) == null || !heeds(request.getMethod(), request.getRequestURI());
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    try {
      String key = key(request);
      Caller caller = (Caller) request.getAttribute(Requests.CALLER);
      String id =
          new Fingerprint(key)
              .add(caller.userId(), request.getMethod(), request.getRequestURI())
              .hex();
      once(id, fingerprint(key, request), request, response, chain);
    } catch (ApiException e) {
      ErrorBodies.write(request, response, e.status(), e.getMessage());
    }
  }

  private static String key(HttpServletRequest request) {
    List<String> keys = Collections.list(request.getHeaders(KEY));
    // The draft writes a key in quotes (a string of RFC 8941), most clients do not.
    String key = keys.get(0).replaceFirst("^\"(.*)\"$", "$1");
    if (keys.size() > 1 || !key.matches("[\\x20-\\x7e]{1,255}")) {
      throw new ApiException(
          422, "Idempotency-Key must be one key of 1 to 255 printable ASCII characters");
    }
    return key;
  }

  /**
   * @param request as {@link ReadableBody} lets it pass
   * @return null for a form that cannot be read: its route says what is wrong with it
   */
  private static String fingerprint(String key, HttpServletRequest request) {
    Fingerprint fingerprint = new Fingerprint(key).add(request.getQueryString());
    if (!Requests.isMultipart(request)) {
      fingerprint.fields(request);
      return request instanceof RepeatableBody body
          ? fingerprint.body(body.bytes()).hex()
          : fingerprint.hex();
    }
    try {
      return fingerprint.parts(request).hex();
    } catch (ServletException | IOException | IllegalStateException e) {
      return null;
    }
  }

  private void once(
      String id,
      String fingerprint,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws ServletException, IOException {
    if (fingerprint == null) {
      chain.doFilter(request, response);
      return;
    }
    IdempotentAnswers.Found found = answers.claim(id, fingerprint);
    if (found instanceof IdempotentAnswers.Answered answer) {
      replay(answer, response);
    } else if (found instanceof IdempotentAnswers.Different) {
      throw new ApiException(
          422,
          "this Idempotency-Key was used with other content; take a new key for a new request");
    } else if (found instanceof IdempotentAnswers.Busy) {
      response.setHeader(HttpHeaders.RETRY_AFTER, "1");
      throw new ApiException(409, "a request with this Idempotency-Key is still being worked on");
    } else {
      first(id, request, response, chain);
    }
  }

  private void first(
      String id, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    KeptResponse kept = new KeptResponse(response);
    boolean finished = false;
    try {
      chain.doFilter(request, kept);
      finished = true;
    } finally {
      keep(id, finished && worthKeeping(kept) ? kept : null);
    }
    kept.copyBodyToResponse();
  }

  private static boolean worthKeeping(KeptResponse answer) {
    return !answer.failed() && answer.getStatus() < 500 && !PASSING.contains(answer.getStatus());
  }

  /** Whatever happens here, the work is done and its answer must go out. */
  private void keep(String id, KeptResponse answer) {
    try {
      if (answer == null) {
        answers.release(id);
      } else {
        answers.answer(
            id,
            new IdempotentAnswers.Answered(
                answer.getStatus(),
                answer.getContentType(),
                answer.getHeader(HttpHeaders.ETAG),
                new String(answer.getContentAsByteArray(), StandardCharsets.UTF_8)));
      }
    } catch (RuntimeException e) {
      LOG.warn("The answer to a request with an Idempotency-Key is not kept: {}", e.toString());
    }
  }

  private static void replay(IdempotentAnswers.Answered answer, HttpServletResponse response)
      throws IOException {
    response.setStatus(answer.status());
    response.setHeader(REPLAYED, "true");
    if (answer.etag() != null) {
      response.setHeader(HttpHeaders.ETAG, answer.etag());
    }
    if (answer.contentType() != null) {
      response.setContentType(answer.contentType());
    }
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
