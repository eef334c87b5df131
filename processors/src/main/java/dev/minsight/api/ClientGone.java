package dev.minsight.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Browsers break off downloads all the time, for example to jump within a video or to leave a page.
 * What Spring then throws, because the broken connection can no longer be completed, is not worth
 * an error in the log.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class ClientGone extends OncePerRequestFilter {

  private static final Logger LOG = LoggerFactory.getLogger(ClientGone.class);
  private static final String GONE = "minsight.client-gone";

  /** Notes that writing to the client failed. */
  static void note(HttpServletRequest request) {
    request.setAttribute(GONE, true);
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    try {
      chain.doFilter(request, response);
    } catch (ServletException | RuntimeException e) {
      if (request.getAttribute(GONE) == null && !isBrokenOff(e)) {
        throw e;
      }
      LOG.debug("The client of {} went away", request.getRequestURI());
    }
  }

  /**
   * Whether the answer was broken off before its thread had returned: Spring then finds the request
   * in a state that it enters only after writing has failed, and has no type of its own for it.
   */
  private static boolean isBrokenOff(Throwable e) {
    Throwable root = NestedExceptionUtils.getMostSpecificCause(e);
    return root instanceof IllegalStateException
        && "Cannot start async: [ERROR]".equals(root.getMessage());
  }
}
