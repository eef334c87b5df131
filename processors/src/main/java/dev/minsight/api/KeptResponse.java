package dev.minsight.api;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.util.ContentCachingResponseWrapper;

/** An answer that can be kept once it is complete; an error page comes only after that. */
final class KeptResponse extends ContentCachingResponseWrapper {

  private boolean failed;

  KeptResponse(HttpServletResponse response) {
    super(response);
  }

  /** Whether the container makes the answer. */
  boolean failed() {
    return failed;
  }

  @Override
  public void sendError(int status) throws IOException {
    failed = true;
    super.sendError(status);
  }

  @Override
  public void sendError(int status, String message) throws IOException {
    failed = true;
    super.sendError(status, message);
  }
}
