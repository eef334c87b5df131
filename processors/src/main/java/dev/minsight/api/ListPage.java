package dev.minsight.api;

import org.apache.camel.Exchange;

/**
 * A part of a list that clients of the reference read as a whole: without {@code page_size} all of
 * it.
 *
 * @param limit most rows
 * @param offset rows before
 */
record ListPage(int limit, long offset) {

  private static final int LARGEST = 1000;

  /** Reads {@code page}, from 1, and {@code page_size}; mistakes are answered. */
  static ListPage of(Exchange exchange) {
    Form query = Form.query(exchange);
    long page = query.number("page", 1, 1, Integer.MAX_VALUE);
    int size = (int) query.number("page_size", LARGEST, 1, LARGEST);
    query.check();
    return query.text("page_size").isPresent() || page > 1
        ? new ListPage(size, (page - 1) * size)
        : new ListPage(Integer.MAX_VALUE, 0);
  }
}
