package dev.minsight.support;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.springframework.beans.BeanUtils;
import org.springframework.core.convert.support.DefaultConversionService;
import org.springframework.dao.DataRetrievalFailureException;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.support.JdbcUtils;

/**
 * Reads rows as records: the component {@code fileSize} from the column {@code file_size}. Spring's
 * own mappers look for a column {@code fileSize} first, and have the driver throw an exception for
 * each that is not there.
 *
 * @param <T> a record; its components are values of a row, or enums by their names
 */
public final class Rows<T extends Record> implements RowMapper<T> {

  private static final ClassValue<Rows<?>> KNOWN =
      new ClassValue<>() {
        @Override
        protected Rows<?> computeValue(Class<?> type) {
          return new Rows<>(type.asSubclass(Record.class));
        }
      };

  private final Constructor<T> constructor;
  private final Class<?>[] types;
  private final String[] columns;

  private Rows(Class<T> type) {
    RecordComponent[] components = type.getRecordComponents();
    this.types = Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    this.columns =
        Stream.of(components)
            .map(component -> JdbcUtils.convertPropertyNameToUnderscoreName(component.getName()))
            .toArray(String[]::new);
    try {
      this.constructor = type.getDeclaredConstructor(types);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("no record without its constructor: " + type, e);
    }
  }

  /**
   * @param type a record
   * @param <T> the record
   * @return reads it from a row that has a column for each component
   */
  @SuppressWarnings("unchecked") // each class is known by its own rows
  public static <T extends Record> Rows<T> as(Class<T> type) {
    return (Rows<T>) KNOWN.get(type);
  }

  @Override
  public T mapRow(ResultSet row, int number) throws SQLException {
    Object[] values = new Object[columns.length];
    for (int i = 0; i < columns.length; i++) {
      values[i] = value(row, i);
    }
    return BeanUtils.instantiateClass(constructor, values);
  }

  private Object value(ResultSet row, int component) throws SQLException {
    Class<?> type = types[component];
    Object value = JdbcUtils.getResultSetValue(row, row.findColumn(columns[component]), type);
    if (value != null) {
      return DefaultConversionService.getSharedInstance().convert(value, type);
    }
    if (type.isPrimitive()) {
      throw new DataRetrievalFailureException(
          "column %s is null, but %s has no null"
              .formatted(columns[component], constructor.getDeclaringClass().getName()));
    }
    return null;
  }
}
