package dev.minsight.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import dev.minsight.compute.Parameters;
import dev.minsight.compute.Plugin;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.lang.annotation.Annotation;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hibernate.validator.HibernateValidator;

/** Reads the parameters of a plugin out of a form, by what its record says of each. */
final class JobForm {

  /** Says what is wrong in the language of the rest of the API, wherever the server stands. */
  private static final Validator VALIDATOR =
      Validation.byProvider(HibernateValidator.class)
          .configure()
          .defaultLocale(Locale.ENGLISH)
          .buildValidatorFactory()
          .getValidator();

  private final Form form;

  JobForm(Form form) {
    this.form = form;
  }

  /**
   * Reads them; mistakes are gathered in the form.
   *
   * @return the plugin's record, or empty when something was wrong
   */
  <P extends Record> Optional<P> read(Plugin<P, ?> plugin) {
    Parameters<P> parameters = Parameters.of(plugin.parameters());
    Map<String, Object> values = new LinkedHashMap<>();
    boolean wrong = false;
    for (Parameters.Field field : parameters.fields()) {
      if (field.required() && form.text(field.name()).isEmpty()) {
        form.required(field.name());
        wrong = true;
      } else {
        value(field).ifPresent(value -> values.put(field.name(), value));
      }
    }
    if (wrong || form.wrongSoFar()) {
      return Optional.empty();
    }
    try {
      return valid(parameters.read(values));
    } catch (IllegalArgumentException e) {
      form.wrong("parameters", "value_error", "Value error, " + reason(e), null);
      return Optional.empty();
    }
  }

  /** The bounds that are not those of a single number: sizes of lists, fields of their elements. */
  private <P extends Record> Optional<P> valid(P record) {
    Set<ConstraintViolation<P>> violations = VALIDATOR.validate(record);
    for (ConstraintViolation<P> violation : violations) {
      String path = SnakeCaseStrategy.INSTANCE.translate(violation.getPropertyPath().toString());
      form.wrong(
          path.replaceFirst("[.\\[].*", ""),
          "value_error",
          "Value error, " + path + " " + violation.getMessage(),
          null);
    }
    return violations.isEmpty() ? Optional.of(record) : Optional.empty();
  }

  /** Jackson wraps what the record's own constructor says. */
  private static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root instanceof JsonProcessingException json
        ? json.getOriginalMessage()
        : String.valueOf(root.getMessage());
  }

  private Optional<Object> value(Parameters.Field field) {
    String name = field.name();
    RecordComponent component = field.component();
    Class<?> type = component.getType();
    if (type == boolean.class || type == Boolean.class) {
      return form.flag(name).map(Object.class::cast);
    }
    if (type == int.class || type == Integer.class) {
      return form.text(name).isEmpty() ? Optional.empty() : Optional.of(whole(name, component));
    }
    if (type == double.class || type == Double.class) {
      return form.text(name).isEmpty() ? Optional.empty() : Optional.of(decimal(name, component));
    }
    if (type.isEnum()) {
      return form.text(name).flatMap(sent -> word(name, type, sent));
    }
    if (type == String.class || field.isTexts()) {
      return form.text(name).map(Object.class::cast);
    }
    return form.text(name).flatMap(sent -> json(name, sent));
  }

  private long whole(String name, RecordComponent component) {
    long least = annotation(component, Min.class).map(Min::value).orElse((long) Integer.MIN_VALUE);
    long most = annotation(component, Max.class).map(Max::value).orElse((long) Integer.MAX_VALUE);
    return form.number(name, Math.max(0, least), least, most);
  }

  private double decimal(String name, RecordComponent component) {
    return form.decimal(
        name,
        0,
        annotation(component, DecimalMin.class)
            .map(DecimalMin::value)
            .map(Double::valueOf)
            .orElse(-Double.MAX_VALUE),
        annotation(component, DecimalMax.class)
            .map(DecimalMax::value)
            .map(Double::valueOf)
            .orElse(Double.MAX_VALUE));
  }

  private static <A extends Annotation> Optional<A> annotation(
      RecordComponent component, Class<A> type) {
    return Optional.ofNullable(component.getAccessor().getAnnotation(type));
  }

  private Optional<Object> word(String name, Class<?> type, String sent) {
    List<String> words =
        Arrays.stream(type.getEnumConstants())
            .map(constant -> Wire.JSON.convertValue(constant, String.class))
            .toList();
    if (words.contains(sent)) {
      return Optional.of(sent);
    }
    form.notOneOf(name, words, sent);
    return Optional.empty();
  }

  private Optional<Object> json(String name, String sent) {
    try {
      JsonNode value = Wire.JSON.readTree(sent);
      return Optional.of(value);
    } catch (JsonProcessingException e) {
      form.wrong(
          name, "json_invalid", "Input should be valid JSON: " + e.getOriginalMessage(), sent);
      return Optional.empty();
    }
  }
}
