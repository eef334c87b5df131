package dev.minsight.api;

import dev.minsight.store.Precondition;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;

/** The header If-Match, RFC 9110 section 13.1.1. Weak tags never match; their section says so. */
final class IfMatch {

  private IfMatch() {}

  static Precondition of(Exchange exchange) {
    String header = Requests.of(exchange).getHeader("If-Match");
    return header == null
        ? Precondition.NONE
        : new Precondition(
            Arrays.stream(header.split(","))
                .map(String::strip)
                .filter(tag -> !tag.startsWith("W/"))
                .map(tag -> tag.replaceAll("^\"|\"$", ""))
                .collect(Collectors.toSet()));
  }
}
