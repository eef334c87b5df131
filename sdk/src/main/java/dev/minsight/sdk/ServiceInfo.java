package dev.minsight.sdk;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How a service introduces itself at {@code GET /}. Auth sends only the message, the other two all
 * but the message.
 *
 * @param status {@code healthy}
 * @param service its name
 * @param version of the API
 * @param guestMode {@code on} when anyone may read; the one camelCase name of the contract
 * @param message a sentence
 */
@WireRecord
public record ServiceInfo(
    String status,
    String service,
    String version,
    @JsonProperty("guestMode") String guestMode,
    String message) {}
