package dev.minsight.api;

import dev.minsight.auth.ApiKeys;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.Set;
import org.springframework.http.HttpHeaders;

/**
 * What a request brings to show on whose behalf it comes.
 *
 * @param text as it came in
 * @param kind how to verify it
 */
record Credential(String text, Kind kind) {

  /** How a credential is verified. */
  enum Kind {
    /** An access token in a header. */
    TOKEN,
    /** An access token or a link token in the query. */
    LINK,
    /** An API key in a header. */
    API_KEY
  }

  private static final String BEARER = "bearer ";
  private static final String API_KEY_HEADER = "X-Api-Key";
  private static final String QUERY = "token";
  private static final Set<String> READING = Set.of("GET", "HEAD");

  /**
   * The first of: {@code Authorization: Bearer} with a token or an API key, {@code X-Api-Key}, and
   * {@code ?token=} where media is read; null when there is none. An API key in a query is not
   * looked for: addresses are written down in too many places.
   */
  static Credential of(HttpServletRequest request, Access access) {
    String bearer = bearer(request);
    if (bearer != null) {
      return new Credential(bearer, ApiKeys.isApiKey(bearer) ? Kind.API_KEY : Kind.TOKEN);
    }
    String key = request.getHeader(API_KEY_HEADER);
    if (key != null && !key.isBlank()) {
      return new Credential(key.strip(), Kind.API_KEY);
    }
    return access == Access.MEDIA && inQuery(request)
        ? new Credential(request.getParameter(QUERY), Kind.LINK)
        : null;
  }

  /** Whether the address holds something that may be a token, wherever it leads. */
  static boolean inAddress(HttpServletRequest request) {
    String query = request.getQueryString();
    return query != null && query.contains(QUERY + "=");
  }

  /** Whether the address holds a token. Only asked of requests without a body to parse. */
  static boolean inQuery(HttpServletRequest request) {
    if (!READING.contains(request.getMethod())) {
      return false;
    }
    String token = request.getParameter(QUERY);
    return token != null && !token.isEmpty();
  }

  private static String bearer(HttpServletRequest request) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
      return null;
    }
    String token = header.substring(BEARER.length()).trim();
    return token.isEmpty() ? null : token;
  }

  /** Tells the kind and nothing else. */
  @Override
  public String toString() {
    return "Credential[" + kind + "]";
  }
}
