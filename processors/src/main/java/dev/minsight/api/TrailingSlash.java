package dev.minsight.api;

import jakarta.servlet.Filter;
import org.springframework.web.filter.UrlHandlerFilter;

/**
 * {@code /entities/} is {@code /entities}: clients of the reference send both, and some follow no
 * redirects. Taken off behind Spring's firewall and before the access table is asked, so that both
 * forms are one operation.
 */
final class TrailingSlash {

  private TrailingSlash() {}

  static Filter filter() {
    return UrlHandlerFilter.trailingSlashHandler(
            "/activity/**",
            "/admin/**",
            "/auth/**",
            "/capabilities/**",
            "/compute/**",
            "/download/**",
            "/entities/**",
            "/entity/**",
            "/faces/**",
            "/intelligence/**",
            "/jobs/**",
            "/m_insight/**",
            "/plugins/**",
            "/preview/**",
            "/stream/**",
            "/system/**",
            "/users/**")
        .wrapRequest()
        .build();
  }
}
