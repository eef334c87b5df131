package dev.minsight.api;

import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.CorsConfigurer;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;

/**
 * Which other sites' pages may call the API from a browser: those that the owner lists. Credentials
 * of the browser (cookies) never count, so an allowed page can do no more than its token lets it.
 */
final class CorsPolicy {

  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

  private static final List<String> READABLE =
      List.of(
          HttpHeaders.ETAG,
          HttpHeaders.RETRY_AFTER,
          HttpHeaders.CONTENT_DISPOSITION,
          HttpHeaders.CONTENT_RANGE,
          HttpHeaders.ACCEPT_RANGES,
          HttpHeaders.WWW_AUTHENTICATE,
          Requests.ID_HEADER,
          IdempotencyFilter.REPLAYED);

  private CorsPolicy() {}

  /**
   * @param origins e.g. {@code https://photos.example.org}; empty leaves browsers' own rule alone
   */
  static void configure(CorsConfigurer<HttpSecurity> cors, List<String> origins) {
    if (origins.isEmpty()) {
      cors.disable();
      return;
    }
    CorsConfiguration allowed = new CorsConfiguration();
    allowed.setAllowedOrigins(origins);
    allowed.setAllowedMethods(METHODS);
    allowed.addAllowedHeader(CorsConfiguration.ALL);
    allowed.setExposedHeaders(READABLE);
    UrlBasedCorsConfigurationSource everywhere = new UrlBasedCorsConfigurationSource();
    everywhere.registerCorsConfiguration("/**", allowed);
    cors.configurationSource(everywhere);
  }
}
