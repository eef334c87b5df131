package dev.minsight.support;

/** A request that cannot be answered as asked; carries the HTTP status and the answer's detail. */
public class ApiException extends RuntimeException {

  private final int status;

  /**
   * @param status HTTP status, 400..599
   * @param detail the answer's {@code detail}
   */
  public ApiException(int status, String detail) {
    super(detail);
    this.status = status;
  }

  /**
   * @return HTTP status
   */
  public int status() {
    return status;
  }
}
