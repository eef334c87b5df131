package dev.minsight.compute;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import jakarta.validation.constraints.NotNull;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of a plugin: the components of its record, under their wire names ({@code
 * maxWidth} is {@code max_width}). {@link JsonProperty#defaultValue} gives a component's default as
 * text, {@link JsonPropertyDescription} says what it is, {@link NotNull} makes it required, and
 * bounds are those of {@code jakarta.validation}. What goes together with what is checked by the
 * record's constructor.
 *
 * @param <P> the record
 */
public final class Parameters<P extends Record> {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .withCoercionConfig(
              LogicalType.Enum,
              enums -> enums.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
          .build();

  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  /** Looking at a record costs more than reading one, and each job reads one. */
  private static final ClassValue<Parameters<?>> KNOWN =
      new ClassValue<>() {
        @Override
        protected Parameters<?> computeValue(Class<?> type) {
          return new Parameters<>(type.asSubclass(Record.class));
        }
      };

  private final Class<P> type;
  private final List<Field> fields;

  private Parameters(Class<P> type) {
    this.type = type;
    this.fields = Arrays.stream(type.getRecordComponents()).map(Parameters::field).toList();
  }

  /**
   * One parameter.
   *
   * @param name on the wire
   * @param description what it is, or empty
   * @param defaultValue as text, null without one
   * @param required whether it must be sent
   * @param component of the record
   */
  public record Field(
      String name,
      String description,
      String defaultValue,
      boolean required,
      RecordComponent component) {

    /**
     * @return whether it is a list of text
     */
    public boolean isTexts() {
      return component.getGenericType().getTypeName().equals("java.util.List<java.lang.String>");
    }
  }

  /**
   * @param <P> the record
   * @param type its class
   * @return its parameters
   */
  @SuppressWarnings("unchecked") // each class has the parameters of its own type
  public static <P extends Record> Parameters<P> of(Class<P> type) {
    return (Parameters<P>) KNOWN.get(type);
  }

  /**
   * @return all of them, in the order of the record
   */
  public List<Field> fields() {
    return fields;
  }

  /**
   * @param values by wire name, as JSON has them or as text: lists and records as the text of their
   *     JSON, lists of text also with commas between; what is not there has its default, what the
   *     record does not know is ignored
   * @return the record
   * @throws IllegalArgumentException if a value does not fit; the message says why
   */
  public P read(Map<String, ?> values) {
    Map<String, Object> all = new LinkedHashMap<>();
    for (Field field : fields) {
      Object value = values.get(field.name());
      Object used = value == null ? field.defaultValue() : value;
      if (used != null) {
        all.put(field.name(), used instanceof String text ? plain(field, text) : used);
      }
    }
    return JSON.convertValue(all, type);
  }

  private static Object plain(Field field, String text) {
    Class<?> type = field.component().getType();
    if (!Collection.class.isAssignableFrom(type)
        && !Map.class.isAssignableFrom(type)
        && !type.isRecord()) {
      return text;
    }
    if (field.isTexts() && !text.stripLeading().startsWith("[")) {
      return Arrays.stream(text.split(",")).map(String::strip).filter(t -> !t.isEmpty()).toList();
    }
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          field.name() + " is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * @param record parameters, or an output
   * @return its components by wire name, nulls included
   */
  public static Map<String, Object> write(Record record) {
    return JSON.convertValue(record, OBJECT);
  }

  private static Field field(RecordComponent component) {
    JsonProperty property = component.getAccessor().getAnnotation(JsonProperty.class);
    JsonPropertyDescription described =
        component.getAccessor().getAnnotation(JsonPropertyDescription.class);
    boolean named = property != null && !property.value().isEmpty();
    boolean hasDefault = property != null && !property.defaultValue().isEmpty();
    return new Field(
        named
            ? property.value()
            : PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(component.getName()),
        described == null ? "" : described.value(),
        hasDefault ? property.defaultValue() : null,
        component.getAccessor().isAnnotationPresent(NotNull.class),
        component);
  }
}
