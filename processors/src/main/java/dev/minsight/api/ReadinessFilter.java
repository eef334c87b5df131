package dev.minsight.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * The doors open a moment before the routes behind them are there, and close a moment after. What
 * comes in between may come again: without this it would be told 404, and believe it.
 */
final class ReadinessFilter extends OncePerRequestFilter {

  private final ApplicationAvailability availability;

  ReadinessFilter(ApplicationAvailability availability) {
    this.availability = availability;
  }

  /** Health tells for itself how far the server is. */
  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return request.getRequestURI().startsWith("/actuator/health");
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (availability.getReadinessState() == ReadinessState.ACCEPTING_TRAFFIC) {
      chain.doFilter(request, response);
    } else {
      ErrorBodies.write(
          request, response, 503, "the server is starting or stopping; try again in a moment");
    }
  }
}
