package dev.minsight.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.module.jackson.JacksonModule;
import com.github.victools.jsonschema.module.jackson.JacksonOption;
import com.github.victools.jsonschema.module.jakarta.validation.JakartaValidationModule;
import com.github.victools.jsonschema.module.jakarta.validation.JakartaValidationOption;
import dev.minsight.compute.Plugin;
import dev.minsight.compute.Plugins;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Describes plugins for {@code GET /plugins}: JSON Schema 2020-12 of what goes in and comes out.
 */
@Component
class PluginSchemas {

  private static final SnakeCaseStrategy NAMES = SnakeCaseStrategy.INSTANCE;

  private final Plugins plugins;
  private final SchemaGenerator generator;

  PluginSchemas(Plugins plugins) {
    this.plugins = plugins;
    SchemaGeneratorConfigBuilder builder =
        new SchemaGeneratorConfigBuilder(
                Wire.JSON, SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
            .with(new JacksonModule(JacksonOption.FLATTENED_ENUMS_FROM_JSONPROPERTY))
            .with(
                new JakartaValidationModule(JakartaValidationOption.NOT_NULLABLE_FIELD_IS_REQUIRED))
            .with(Option.INLINE_ALL_SCHEMAS);
    builder
        .forFields()
        .withPropertyNameOverrideResolver(field -> NAMES.translate(field.getDeclaredName()))
        .withDefaultResolver(PluginSchemas::defaultValue);
    generator = new SchemaGenerator(builder.build());
  }

  Map<String, Object> describe(Plugin<?, ?> plugin) {
    Map<String, Object> described = new LinkedHashMap<>();
    described.put("task_type", plugin.taskType());
    described.put("description", plugin.description());
    described.put("needs_file", plugin.needsFile());
    described.put("parameters", parameters(plugin));
    described.put("output", generator.generateSchema(plugin.output()));
    return described;
  }

  JsonNode parameters(Plugin<?, ?> plugin) {
    return generator.generateSchema(plugin.parameters());
  }

  /**
   * Adds the fields of all plugins to the form of the operation that takes jobs in; each says whose
   * it is.
   */
  void addFields(ObjectNode operation) {
    for (JsonNode content : operation.at("/requestBody/content")) {
      ObjectNode properties = ((ObjectNode) content.get("schema")).withObject("/properties");
      for (Plugin<?, ?> plugin : plugins.all()) {
        parameters(plugin)
            .path("properties")
            .properties()
            .forEach(field -> add(properties, plugin.taskType(), field));
      }
    }
  }

  private static void add(
      ObjectNode properties, String taskType, Map.Entry<String, JsonNode> field) {
    String said = taskType + ": " + field.getValue().path("description").asText(field.getKey());
    if (properties.get(field.getKey()) instanceof ObjectNode known) {
      // Another plugin's field of the same name: what they agree on stays.
      known.put("description", known.path("description").asText() + "; " + said);
      known.remove("default");
      return;
    }
    ObjectNode property = field.getValue().deepCopy();
    if (property.path("type").asText().matches("array|object")) {
      property.removeAll();
      property.put("type", "string");
    }
    properties.set(field.getKey(), property.put("description", said));
  }

  private static Object defaultValue(FieldScope field) {
    JsonProperty property = field.getAnnotationConsideringFieldAndGetter(JsonProperty.class);
    if (property == null || property.defaultValue().isEmpty()) {
      return null;
    }
    Class<?> type = field.getType().getErasedType();
    boolean text = type == String.class || type.isEnum();
    return text ? property.defaultValue() : parsed(property.defaultValue());
  }

  private static Object parsed(String json) {
    try {
      return Wire.JSON.readValue(json, Object.class);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException("a default of a plugin's parameter is no JSON: " + json, e);
    }
  }
}
