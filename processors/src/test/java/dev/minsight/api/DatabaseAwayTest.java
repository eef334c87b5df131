package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.CannotCreateTransactionException;

/** What a client hears when the database is the reason. */
class DatabaseAwayTest {

  static Exception[] failures() {
    return new Exception[] {
      new CannotCreateTransactionException("Could not open JPA EntityManager for transaction"),
      new CannotGetJdbcConnectionException("Failed to obtain JDBC Connection"),
      new CannotAcquireLockException("ERROR: deadlock detected")
    };
  }

  @ParameterizedTest
  @MethodSource("failures")
  @DisplayName("A database that is away or busy answers 503 and nothing of its inside")
  void answers503(Exception failure) {
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    exchange.setProperty(Exchange.EXCEPTION_CAUGHT, failure);

    new ErrorAnswers().answer(exchange);

    assertThat(exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)).isEqualTo(503);
    assertThat(exchange.getMessage().getBody(String.class))
        .isEqualTo("{\"detail\":\"The database is busy or away; try again later\"}");
  }
}
