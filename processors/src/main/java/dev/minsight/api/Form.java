package dev.minsight.api;

import dev.minsight.api.InvalidInputException.FieldError;
import dev.minsight.auth.Permissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;

/**
 * The fields of a form, urlencoded or multipart, or of a query, as the servlet container decoded
 * them: Camel's headers would mix them with the request's own. Where JSON is taken, too, the fields
 * of its object. An empty value counts as not sent. Mistakes are gathered, so that the answer names
 * all of them:
 *
 * <pre>{@code
 * Form form = Form.of(exchange);
 * String name = form.required("name");
 * boolean shown = form.flag("shown").orElse(true);
 * form.check();
 * }</pre>
 */
final class Form {

  private static final Set<String> TRUE = Set.of("true", "1", "on", "yes", "t", "y");
  private static final Set<String> FALSE = Set.of("false", "0", "off", "no", "f", "n");

  private final Exchange exchange;
  private final UnaryOperator<String> values;
  private final Predicate<String> present;
  private final Set<String> notText;
  private final String location;
  private final List<FieldError> errors = new ArrayList<>();

  private Form(Exchange exchange, String location, JsonFields fields) {
    this.exchange = exchange;
    this.location = location;
    this.values = fields::text;
    this.present = fields::has;
    this.notText = fields.notText();
  }

  private Form(Exchange exchange, String location) {
    this.exchange = exchange;
    this.location = location;
    this.values = Requests.of(exchange)::getParameter;
    this.present = name -> values.apply(name) != null;
    this.notText = Set.of();
  }

  static Form of(Exchange exchange) {
    return new Form(exchange, "body");
  }

  /** The fields of a JSON object; null counts as not sent, lists are given as their JSON text. */
  static Form ofJson(Exchange exchange) {
    return new Form(exchange, "body", JsonFields.read(exchange));
  }

  /** A form, or a JSON object with the same fields, as the content type says. */
  static Form ofFormOrJson(Exchange exchange) {
    return Requests.hasType(Requests.of(exchange), "application/json")
        ? ofJson(exchange)
        : of(exchange);
  }

  /** What stands behind the question mark. */
  static Form query(Exchange exchange) {
    return new Form(exchange, "query");
  }

  Optional<String> text(String name) {
    Optional<String> sent = value(name);
    if (sent.isPresent() && notText.contains(name)) {
      wrong(name, "string_type", "Input should be a valid string", sent.get());
    }
    return sent;
  }

  /** A list of names in any of the forms of {@link Permissions#parse}; empty counts as sent. */
  Optional<List<String>> names(String name) {
    return Optional.ofNullable(values.apply(name)).map(Permissions::parse);
  }

  /** Words between commas, or a JSON array of them; none at all counts as not sent. */
  Optional<List<String>> words(String name) {
    return value(name)
        .map(sent -> sent.strip().replaceAll("^\\[|]$", "").split(","))
        .map(
            parts ->
                Arrays.stream(parts)
                    .map(part -> part.strip().replaceAll("^\"|\"$", ""))
                    .filter(part -> !part.isEmpty())
                    .toList())
        .filter(words -> !words.isEmpty());
  }

  /** Whether the field is there at all, if only empty, or null in JSON. */
  boolean sent(String name) {
    return present.test(name);
  }

  /** The value, null where the field is empty; a mistake if it is not there at all. */
  String requiredButEmpty(String name) {
    if (!sent(name)) {
      missing(name);
    }
    return text(name).orElse(null);
  }

  /** U+0000, which no database row and no file name can hold, is a mistake in any field. */
  private Optional<String> value(String name) {
    String value = values.apply(name);
    if (value != null && value.indexOf('\0') >= 0) {
      wrong(name, "value_error", "Value error, the character U+0000 is not allowed", value);
      return Optional.empty();
    }
    return value == null || value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  /** The value, or an empty text and a mistake noted for {@link #check}. */
  String required(String name) {
    return text(name).orElseGet(() -> wrongAlready(name) ? "" : missing(name));
  }

  private boolean wrongAlready(String name) {
    return errors.stream().anyMatch(error -> error.loc().equals(List.of(location, name)));
  }

  /** true, 1, on, yes, t, y and their opposites, in any case. */
  Optional<Boolean> flag(String name) {
    Optional<String> sent = value(name);
    if (sent.isEmpty()) {
      return Optional.empty();
    }
    String value = sent.get().toLowerCase(Locale.ROOT);
    if (!TRUE.contains(value) && !FALSE.contains(value)) {
      wrong(
          name,
          "bool_parsing",
          "Input should be a valid boolean, unable to interpret input",
          sent.get());
    }
    return Optional.of(TRUE.contains(value));
  }

  boolean requiredFlag(String name) {
    return flag(name).orElseGet(() -> !missing(name).isEmpty());
  }

  /** A whole number. */
  Optional<Long> number(String name) {
    return value(name).flatMap(value -> number(List.of(location, name), value));
  }

  /** A whole number from least to greatest. */
  long number(String name, long fallback, long least, long greatest) {
    long value = number(name).orElse(fallback);
    if (value < least) {
      wrong(
          name,
          "greater_than_equal",
          "Input should be greater than or equal to " + least,
          value(name).orElse(null));
    } else if (value > greatest) {
      wrong(
          name,
          "less_than_equal",
          "Input should be less than or equal to " + greatest,
          value(name).orElse(null));
    }
    return value;
  }

  /** The number of something, from 1, that must be there. */
  long requiredId(String name) {
    if (value(name).isEmpty() && !wrongAlready(name)) {
      missing(name);
    }
    return number(name, 1, 1, Long.MAX_VALUE);
  }

  /** Whole numbers of a query's parameter that may be sent more than once, at most so many. */
  List<Long> numbers(String name, int most) {
    String[] sent = Requests.of(exchange).getParameterValues(name);
    List<Long> numbers = new ArrayList<>();
    for (String value : sent == null ? new String[0] : sent) {
      if (!value.isEmpty()) {
        number(List.of(location, name), value).ifPresent(numbers::add);
      }
    }
    if (numbers.size() > most) {
      wrong(name, "too_long", "It should be sent at most " + most + " times", numbers.size());
    }
    return numbers;
  }

  /** A number from least to greatest. */
  double decimal(String name, double fallback, double least, double greatest) {
    String sent = value(name).orElse(null);
    double value = sent == null ? fallback : parse(sent);
    if (!(value >= least && value <= greatest)) {
      wrong(
          name,
          "float_parsing",
          "Input should be a number from " + least + " to " + greatest,
          sent);
    }
    return value;
  }

  private static double parse(String number) {
    try {
      return Double.parseDouble(number.strip());
    } catch (NumberFormatException e) {
      return Double.NaN; // outside every range
    }
  }

  /**
   * A whole number in the path.
   *
   * @param variable as the route names it; Camel lets the path win over fields of the same name
   * @param name in the answer, when it is no number
   */
  long path(String variable, String name) {
    String value = exchange.getIn().getHeader(variable, String.class);
    return number(List.of("path", name), value).orElse(0L);
  }

  private Optional<Long> number(List<String> loc, String value) {
    try {
      return Optional.of(Long.valueOf(value.strip()));
    } catch (NumberFormatException e) {
      errors.add(
          new FieldError(
              "int_parsing",
              loc,
              "Input should be a valid integer, unable to parse string as an integer",
              value));
      return Optional.empty();
    }
  }

  private String missing(String name) {
    wrong(name, "missing", "Field required", null);
    return "";
  }

  /** Notes a mistake of the caller's own finding. */
  void wrong(String name, String type, String message, Object input) {
    errors.add(new FieldError(type, List.of(location, name), message, input));
  }

  /** Notes that a word is none of those that are allowed. */
  void notOneOf(String name, List<String> allowed, String sent) {
    wrong(name, "enum", "Input should be one of '" + String.join("', '", allowed) + "'", sent);
  }

  boolean wrongSoFar() {
    return !errors.isEmpty();
  }

  /**
   * @throws InvalidInputException when anything was wrong so far
   */
  void check() {
    if (!errors.isEmpty()) {
      throw new InvalidInputException(errors);
    }
  }
}
