package dev.minsight.api;

import dev.minsight.support.ApiException;
import java.util.List;

/** 422: what was sent does not fit; {@code detail} lists each field that is wrong. */
final class InvalidInputException extends ApiException {

  /**
   * One field that is wrong.
   *
   * @param type kind of mistake, e.g. {@code missing}
   * @param loc where it stands: {@code body}, {@code query} or {@code path}, then the name
   * @param msg for people
   * @param input what was sent, null when nothing was
   */
  record FieldError(String type, List<String> loc, String msg, Object input) {}

  private final transient List<FieldError> errors;

  InvalidInputException(List<FieldError> errors) {
    super(422, "Invalid input");
    this.errors = List.copyOf(errors);
  }

  List<FieldError> errors() {
    return errors;
  }
}
