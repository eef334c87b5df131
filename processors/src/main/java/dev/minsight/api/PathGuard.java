package dev.minsight.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses paths that are dressed up before anybody reads them: those that Spring's firewall
 * refuses, and those whose servlet the container found under another spelling than the one that
 * access is decided by.
 */
final class PathGuard extends OncePerRequestFilter {

  private final HttpFirewall firewall;

  PathGuard(HttpFirewall firewall) {
    this.firewall = firewall;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (isPlain(request)) {
      chain.doFilter(request, response);
    } else {
      ErrorBodies.write(request, response, 400, "the address is not in its plain form");
    }
  }

  private boolean isPlain(HttpServletRequest request) {
    if (request.getPathInfo() != null
        && !request.getRequestURI().startsWith(request.getServletPath())) {
      return false;
    }
    try {
      firewall.getFirewalledRequest(request);
      return true;
    } catch (RequestRejectedException e) {
      return false;
    }
  }
}
