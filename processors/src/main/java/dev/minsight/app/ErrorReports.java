package dev.minsight.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;

/**
 * What the container says of requests that it cannot even read (an address or a header of a
 * megabyte, no HTTP at all): the contract's error body instead of a page. Found by its name, see
 * {@link Connectors}.
 */
public final class ErrorReports extends ErrorReportValve {

  @Override
  protected void report(Request request, Response response, Throwable throwable) {
    int status = response.getStatus();
    if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
      return;
    }
    String detail =
        status >= 500
            ? "Internal error"
            : "the request cannot be read: its address or headers are too long, or not valid HTTP";
    byte[] body = ("{\"detail\":\"" + detail + "\"}").getBytes(StandardCharsets.US_ASCII);
    response.setContentType("application/json");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setContentLength(body.length);
    try {
      response.getOutputStream().write(body);
      response.finishResponse();
    } catch (IOException | IllegalStateException e) {
      // who sent no HTTP need not be listening
      container.getLogger().debug("an error report was not read", e);
    }
  }
}
