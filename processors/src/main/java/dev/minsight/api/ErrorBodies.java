package dev.minsight.api;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.springframework.http.HttpHeaders;

/** The contract's error answer where no route is involved. */
final class ErrorBodies {

  private ErrorBodies() {}

  static void write(HttpServletResponse response, int status, String detail) throws IOException {
    response.setStatus(status);
    if (status == 401) {
      response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }
    response.setContentType("application/json");
    response.getOutputStream().write(Wire.JSON.writeValueAsBytes(Map.of("detail", detail)));
  }
}
