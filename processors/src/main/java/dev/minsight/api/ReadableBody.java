package dev.minsight.api;

import dev.minsight.support.ApiException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.catalina.Globals;
import org.apache.tomcat.util.http.Parameters.FailReason;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses bodies and queries that are too large or cannot be read in full. The container drops the
 * fields that it cannot read, and the rest would be taken for what was meant. Multipart is read by
 * who needs it, see {@link MultipartErrors}; the engine's own HTTP has its own rules.
 */
final class ReadableBody extends OncePerRequestFilter {

  /** Largest body that is no form, bytes: it is held in memory. */
  static final int MAX_BYTES = 1024 * 1024;

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return Requests.isMultipart(request) || request.getRequestURI().startsWith("/engine-rest");
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    HttpServletRequest readable;
    try {
      // Read here once: Camel would take a form for a raw body, and its fields would be lost to us.
      request.getParameterMap();
      checkFields(request);
      readable = Requests.isForm(request) ? request : RepeatableBody.of(request, MAX_BYTES);
    } catch (ApiException e) {
      ErrorBodies.write(request, response, e.status(), e.getMessage());
      return;
    }
    chain.doFilter(readable, response);
  }

  private static void checkFields(HttpServletRequest request) {
    if (request.getAttribute(Globals.PARAMETER_PARSE_FAILED_ATTR) == null) {
      return;
    }
    Object reason = request.getAttribute(Globals.PARAMETER_PARSE_FAILED_REASON_ATTR);
    if (reason == FailReason.POST_TOO_LARGE) {
      throw new ApiException(413, "the form is too large; send a file as multipart/form-data");
    }
    if (reason == FailReason.TOO_MANY_PARAMETERS) {
      throw new ApiException(422, "the form or query has too many fields");
    }
    throw new ApiException(400, "the form or query cannot be read; is it percent-encoded UTF-8?");
  }
}
