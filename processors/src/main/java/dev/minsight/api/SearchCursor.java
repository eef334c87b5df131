package dev.minsight.api;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;

/**
 * Behind which row the next page of a search begins. Opaque on the wire; carries a digest of the
 * question, so that a cursor of another search, or a changed one, is noticed. It grants nothing, so
 * the digest needs no secret.
 */
final class SearchCursor {

  private static final int DIGEST_CHARS = 24;

  /** What may differ from page to page. */
  private static final Set<String> OF_THE_PAGE =
      Set.of("cursor", "limit", "include_details", "token");

  private SearchCursor() {}

  /**
   * @param exchange the question
   * @param row what tells where the page ends; without dots
   */
  static String encode(Exchange exchange, Object... row) {
    String parts = Arrays.stream(row).map(Object::toString).collect(Collectors.joining(":"));
    String text = parts + "." + digest(exchange, parts);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads the parameter {@code cursor}; one that does not fit is noted as a mistake.
   *
   * @param parse makes a row of its parts, or throws what parsing numbers throws
   * @return the row; empty without a cursor
   */
  static <T> Optional<T> read(Form query, Exchange exchange, Function<String[], T> parse) {
    String sent = query.text("cursor").orElse(null);
    if (sent == null) {
      return Optional.empty();
    }
    try {
      String text = new String(Base64.getUrlDecoder().decode(sent), StandardCharsets.UTF_8);
      int end = text.lastIndexOf('.');
      String row = text.substring(0, end);
      if (text.substring(end + 1).equals(digest(exchange, row))) {
        return Optional.of(parse.apply(row.split(":")));
      }
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      // noted below, as one that does not fit
    }
    query.wrong(
        "cursor",
        "value_error",
        "cursor is none that this search gave; send the conditions it was given for, or start"
            + " again without a cursor",
        sent);
    return Optional.empty();
  }

  private static String digest(Exchange exchange, String row) {
    HttpServletRequest request = Requests.of(exchange);
    StringBuilder all = new StringBuilder(row).append('\n').append(Requests.path(request));
    new TreeMap<>(request.getParameterMap())
        .forEach(
            (name, values) -> {
              if (!OF_THE_PAGE.contains(name)) {
                for (String value : values) {
                  all.append('\n').append(name).append('=').append(value.length());
                  all.append(':').append(value);
                }
              }
            });
    try {
      byte[] sum =
          MessageDigest.getInstance("SHA-256")
              .digest(all.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sum).substring(0, DIGEST_CHARS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
