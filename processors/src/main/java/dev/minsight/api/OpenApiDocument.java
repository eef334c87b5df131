package dev.minsight.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.engine.DefaultClassResolver;
import org.apache.camel.model.Model;
import org.apache.camel.model.rest.RestDefinition;
import org.apache.camel.model.rest.VerbDefinition;
import org.apache.camel.openapi.BeanConfig;
import org.apache.camel.openapi.RestOpenApiReader;
import org.apache.camel.openapi.RestOpenApiSupport;
import org.springframework.stereotype.Component;

/**
 * The API's description, OpenAPI 3.1: what Camel reads from the routes, completed by {@link
 * OpenApiOperation}. Written at the first request, and again when routes were reloaded.
 */
@Component("openApi")
class OpenApiDocument {

  private final CamelContext camel;
  private final PluginSchemas plugins;
  private final OpenApiParts parts = OpenApiParts.load();
  private volatile Written written;

  private record Written(List<RestDefinition> from, byte[] json) {}

  OpenApiDocument(CamelContext camel, PluginSchemas plugins) {
    this.camel = camel;
    this.plugins = plugins;
  }

  /** {@code GET /openapi.json}. */
  public void send(Exchange exchange) throws Exception {
    List<RestDefinition> rests =
        List.copyOf(
            camel.getCamelContextExtension().getContextPlugin(Model.class).getRestDefinitions());
    Written last = written;
    if (last == null || !last.from().equals(rests)) {
      last = new Written(rests, Wire.JSON.writeValueAsBytes(write(rests)));
      written = last;
    }
    Wire.bytes(exchange, 200, "application/json", last.json());
  }

  private ObjectNode write(List<RestDefinition> rests) throws IOException, ClassNotFoundException {
    ObjectNode document = read(rests);
    document.put("openapi", "3.1.0");
    document.withObject("/info").put("description", parts.description());
    document.remove("servers"); // whichever serves the document
    document.set("components", parts.components());
    Map<String, VerbDefinition> verbs = new HashMap<>();
    for (RestDefinition rest : rests) {
      rest.getVerbs().forEach(verb -> verbs.put(verb.getId(), verb));
    }
    document
        .withObject("/paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        entry -> {
                          ObjectNode operation = (ObjectNode) entry.getValue();
                          new OpenApiOperation(
                                  entry.getKey(),
                                  path.getKey(),
                                  operation,
                                  verbs.get(operation.get("operationId").textValue()),
                                  parts)
                              .complete();
                          if (operation.get("operationId").textValue().equals("job-submit")) {
                            plugins.addFields(operation);
                          }
                        }));
    return document;
  }

  private ObjectNode read(List<RestDefinition> rests) throws IOException, ClassNotFoundException {
    BeanConfig config = new BeanConfig();
    new RestOpenApiSupport()
        .initOpenApi(config, Map.copyOf(camel.getRestConfiguration().getApiProperties()));
    var read =
        new RestOpenApiReader().read(camel, rests, config, camel.getName(), new NamesOfParts());
    try {
      return (ObjectNode)
          Wire.JSON.readTree(RestOpenApiSupport.getJsonFromOpenAPIAsString(read, config));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Camel wrote no JSON", e);
    }
  }

  /** The models that routes name are parts of ours; Camel would look for classes. */
  private static final class NamesOfParts extends DefaultClassResolver {

    @Override
    public Class<?> resolveMandatoryClass(String name) {
      return String.class;
    }
  }
}
