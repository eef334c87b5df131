package dev.minsight.api;

import dev.minsight.auth.TooManyLoginsException;
import dev.minsight.support.ApiException;
import dev.minsight.support.NotFoundException;
import dev.minsight.support.RetryableException;
import dev.minsight.support.SqliteBusy;
import dev.minsight.support.UnprocessableMediaException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;

/** Turns what a bean threw into the contract's error body, {@code {"detail": …}}. */
@Component("errorAnswers")
class ErrorAnswers {

  private static final Logger LOG = LoggerFactory.getLogger(ErrorAnswers.class);

  /** Called by the error policy of the HTTP routes. */
  public void answer(Exchange exchange) {
    Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
    HttpServletRequest request = Requests.of(exchange);
    HttpServletResponse response = Requests.response(exchange);
    int status = status(failure);
    Object detail =
        failure instanceof InvalidInputException invalid
            ? invalid.errors()
            : databaseUnavailable(failure)
                ? "The database is busy or away; try again later"
                : String.valueOf(failure.getMessage());
    if (status == 500 && !(failure instanceof ApiException)) {
      String id = Requests.id(request, response);
      LOG.error("Request {} failed on route {}", id, exchange.getFromRouteId(), failure);
      detail = "Internal error; the log has it under " + id;
    }
    if (failure instanceof TooManyLoginsException tooMany) {
      response.setHeader("Retry-After", Long.toString(tooMany.retryAfterSeconds()));
    }
    String reason = failure instanceof StreamFailedException failed ? failed.reason() : null;
    ErrorBodies.Body body = ErrorBodies.prepare(request, response, status, detail, reason);
    Wire.bytes(exchange, status, body.contentType(), body.bytes());
  }

  private static int status(Throwable failure) {
    if (failure instanceof ApiException api) {
      return api.status();
    }
    if (failure instanceof NotFoundException) {
      return 404;
    }
    if (failure instanceof UnprocessableMediaException) {
      return 422;
    }
    if (failure instanceof RetryableException || databaseUnavailable(failure)) {
      return 503;
    }
    return 500;
  }

  /** It cannot be reached, or it ended this transaction so that another could go on. */
  private static boolean databaseUnavailable(Throwable failure) {
    return failure instanceof TransientDataAccessException
        || failure instanceof DataAccessResourceFailureException
        || failure instanceof CannotCreateTransactionException
        || busy(failure);
  }

  /** Another program had SQLite's file for too long; Spring has no name for that. */
  private static boolean busy(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (SqliteBusy.is(cause)) {
        return true;
      }
    }
    return false;
  }
}
