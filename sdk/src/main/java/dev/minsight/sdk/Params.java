package dev.minsight.sdk;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Names and values of a query or a form, in order; what is null is not sent. */
final class Params {

  private final Map<String, String> values = new LinkedHashMap<>();

  Params add(String name, Object value) {
    if (value != null) {
      values.put(name, value.toString());
    }
    return this;
  }

  Map<String, String> values() {
    return values;
  }

  /** As {@code application/x-www-form-urlencoded}. */
  String encoded() {
    return values.entrySet().stream()
        .map(entry -> encode(entry.getKey()) + "=" + encode(entry.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
