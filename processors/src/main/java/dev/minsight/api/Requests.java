package dev.minsight.api;

import dev.minsight.auth.Rights;
import dev.minsight.support.Caller;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.springboot.PlatformHttpMessage;

/** The servlet request behind an exchange, for what Camel's headers do not tell. */
final class Requests {

  /** Request attribute in which the security filter leaves the {@link Caller}. */
  static final String CALLER = "minsight.caller";

  /** Request attribute in which the security filter leaves the caller's {@link Rights}. */
  static final String RIGHTS = "minsight.rights";

  /** Header that names the request in our log and in the caller's. */
  static final String ID_HEADER = "X-Request-Id";

  private Requests() {}

  static boolean isMultipart(HttpServletRequest request) {
    return hasType(request, "multipart/");
  }

  static boolean isForm(HttpServletRequest request) {
    return hasType(request, "application/x-www-form-urlencoded");
  }

  /** Whether the body's media type, without regard to case, begins so. */
  static boolean hasType(HttpServletRequest request, String type) {
    String sent = request.getContentType();
    return sent != null && sent.toLowerCase(Locale.ROOT).startsWith(type);
  }

  /** Path that was asked for, also on the container's way to its error page. */
  static String path(HttpServletRequest request) {
    Object failed = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
    return failed == null ? request.getRequestURI() : failed.toString();
  }

  /**
   * Id of the request: what the answer says already, else what the caller brought if it is
   * harmless, else a new one; the answer says it from here on.
   */
  static String id(HttpServletRequest request, HttpServletResponse response) {
    String id = response.getHeader(ID_HEADER);
    if (id == null) {
      String brought = request.getHeader(ID_HEADER);
      id =
          brought != null && brought.matches("[A-Za-z0-9._-]{1,64}")
              ? brought
              : UUID.randomUUID().toString();
      response.setHeader(ID_HEADER, id);
    }
    return id;
  }

  static HttpServletResponse response(Exchange exchange) {
    return message(exchange).getResponse();
  }

  /** Who asks; nobody in particular for guests and without accounts. */
  static Caller caller(Exchange exchange) {
    Object caller = of(exchange).getAttribute(CALLER);
    return caller == null ? new Caller(null, null, null) : (Caller) caller;
  }

  /** What the caller may do; only on operations that ask for an account. */
  static Rights rights(Exchange exchange) {
    return (Rights) of(exchange).getAttribute(RIGHTS);
  }

  static HttpServletRequest of(Exchange exchange) {
    return message(exchange).getRequest();
  }

  private static PlatformHttpMessage message(Exchange exchange) {
    PlatformHttpMessage message = exchange.getIn(PlatformHttpMessage.class);
    if (message == null) {
      throw new IllegalStateException("not an HTTP exchange: " + exchange.getFromEndpoint());
    }
    return message;
  }
}
