package dev.minsight.api;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.DefaultCorsProcessor;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;

/**
 * Which other sites' pages may call the API from a browser: those that the owner lists. What the
 * browser itself knows of its user (cookies) never counts, so an allowed page can do no more than
 * its token lets it.
 */
final class CorsPolicy extends DefaultCorsProcessor {

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
   * @param origins e.g. {@code https://photos.example.org}; with none of them no header is set, and
   *     browsers let no other page read an answer
   */
  static CorsFilter filter(List<String> origins) {
    UrlBasedCorsConfigurationSource everywhere = new UrlBasedCorsConfigurationSource();
    if (!origins.isEmpty()) {
      CorsConfiguration allowed = new CorsConfiguration();
      allowed.setAllowedOrigins(origins);
      allowed.setAllowedMethods(METHODS);
      allowed.addAllowedHeader(CorsConfiguration.ALL);
      allowed.setExposedHeaders(READABLE);
      everywhere.registerCorsConfiguration("/**", allowed);
    }
    CorsFilter filter = new CorsFilter(everywhere);
    filter.setCorsProcessor(new CorsPolicy());
    return filter;
  }

  @Override
  protected void rejectRequest(ServerHttpResponse response) throws IOException {
    response.setStatusCode(HttpStatus.FORBIDDEN);
    response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
    response
        .getBody()
        .write(
            Wire.JSON.writeValueAsBytes(
                Map.of("detail", "pages of this origin may not call this server")));
    response.flush();
  }
}
