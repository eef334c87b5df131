package dev.minsight.api;

import dev.minsight.auth.Rights;
import dev.minsight.support.Caller;
import jakarta.servlet.http.HttpServletRequest;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.springboot.PlatformHttpMessage;

/** The servlet request behind an exchange, for what Camel's headers do not tell. */
final class Requests {

  /** Request attribute in which the security filter leaves the {@link Caller}. */
  static final String CALLER = "minsight.caller";

  /** Request attribute in which the security filter leaves the caller's {@link Rights}. */
  static final String RIGHTS = "minsight.rights";

  private Requests() {}

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
    PlatformHttpMessage message = exchange.getIn(PlatformHttpMessage.class);
    if (message == null) {
      throw new IllegalStateException("not an HTTP exchange: " + exchange.getFromEndpoint());
    }
    return message.getRequest();
  }
}
