package dev.minsight.store;

import java.sql.Connection;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcTemplate;

/** Where the two databases differ in reading lists. */
enum SearchDialect {
  /** FTS5 tables beside the entities; a planner that knows nothing of the data. */
  SQLITE {
    @Override
    String unindexed(String column) {
      // https://sqlite.org/optoverview.html, section 2.1
      return "+" + column;
    }

    @Override
    Driver words(List<SearchPhrase> phrases) {
      return fts(
          "entities_words",
          phrases.stream()
              .map(p -> quoted(String.join(" ", p.words())) + (p.prefix() ? " *" : ""))
              .collect(Collectors.joining(" AND ")));
    }

    @Override
    Driver substring(String folded) {
      // A phrase of trigrams is the text itself; below three characters there is none.
      return folded.codePointCount(0, folded.length()) < 3
          ? null
          : fts("entities_trigrams", quoted(folded));
    }

    private Driver fts(String table, String match) {
      String condition = table + " MATCH :match";
      return new Driver(
          table + " CROSS JOIN entities e",
          condition + " AND e.id = " + table + ".rowid",
          table + " WHERE " + condition,
          match);
    }

    private String quoted(String text) {
      return '"' + text.replace("\"", "\"\"") + '"';
    }
  },

  /** A GIN index; a planner with statistics, which needs no advice. */
  POSTGRESQL {
    @Override
    String unindexed(String column) {
      return column;
    }

    @Override
    Driver words(List<SearchPhrase> phrases) {
      String condition =
          "to_tsvector('pg_catalog.simple', e.words) @@ to_tsquery('pg_catalog.simple', :match)";
      return new Driver(
          "entities e",
          condition,
          "entities e WHERE " + condition,
          phrases.stream().map(this::query).collect(Collectors.joining(" & ")));
    }

    private String query(SearchPhrase phrase) {
      // Words are letters, digits and marks; the quotes keep the parser from seeing anything else.
      return phrase.words().stream().collect(Collectors.joining("' <-> '", "('", "'"))
          + (phrase.prefix() ? ":*)" : ")");
    }

    @Override
    Driver substring(String folded) {
      return null;
    }
  };

  /**
   * Finds entities by an index of texts.
   *
   * @param from tables; the entities are {@code e}
   * @param condition with the parameter {@code :match}
   * @param alone tables and condition that only count
   * @param match the parameter
   */
  record Driver(String from, String condition, String alone, String match) {}

  /** That of the app's database. */
  static SearchDialect of(JdbcTemplate jdbc) {
    String product =
        jdbc.execute((Connection connection) -> connection.getMetaData().getDatabaseProductName());
    return "PostgreSQL".equals(product) ? POSTGRESQL : SQLITE;
  }

  /** A column, or an expression equal to it that keeps the planner off its indexes. */
  abstract String unindexed(String column);

  /** Finds words; at least one phrase. */
  abstract Driver words(List<SearchPhrase> phrases);

  /** Finds a part of label or description, or null where only reading all rows finds it. */
  abstract Driver substring(String folded);
}
