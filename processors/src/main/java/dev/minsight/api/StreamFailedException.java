package dev.minsight.api;

import dev.minsight.support.ApiException;

/** 404: there is no stream and there will be none; the reason is for those who can read it. */
final class StreamFailedException extends ApiException {

  private final String reason;

  /**
   * @param reason in plain words
   */
  StreamFailedException(String reason) {
    super(404, "hls_failed");
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
