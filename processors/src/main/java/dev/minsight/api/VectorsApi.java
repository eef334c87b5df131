package dev.minsight.api;

import dev.minsight.insight.VectorCollections;
import dev.minsight.insight.VectorRebuilds;
import dev.minsight.vectors.CollectionState;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** {@code /system/vectors}: the vector index, and building it again. */
@Component("vectorsApi")
class VectorsApi {

  private final VectorCollections collections;
  private final VectorRebuilds rebuilds;

  VectorsApi(VectorCollections collections, VectorRebuilds rebuilds) {
    this.collections = collections;
    this.rebuilds = rebuilds;
  }

  /** GET vectors. */
  public void show(Exchange exchange) {
    Wire.json(exchange, 200, listed(rebuilds.running()));
  }

  /** POST rebuild: begins, and tells of what. */
  public void rebuild(Exchange exchange) {
    Form form = Form.of(exchange);
    String collection = form.text("collection").orElse(null);
    form.check();
    Wire.json(exchange, 202, listed(rebuilds.begin(collection)));
  }

  private Map<String, Object> listed(Set<String> rebuilding) {
    return Map.of(
        "collections",
        collections.reports().stream().map(report -> listed(report, rebuilding)).toList());
  }

  private static Map<String, Object> listed(
      VectorCollections.Report report, Set<String> rebuilding) {
    CollectionState state = report.state();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", state.name());
    body.put("model_id", state.modelId());
    body.put("dimension", state.dimension());
    body.put("count", state.count());
    body.put("stored", report.stored());
    body.put("condition", state.condition().name().toLowerCase(Locale.ROOT));
    body.put("method", state.ready() ? state.method() : null);
    body.put("reason", state.ready() ? null : state.reason());
    body.put("rebuilding", rebuilding.contains(state.name()));
    return body;
  }
}
