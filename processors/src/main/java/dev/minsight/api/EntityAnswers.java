package dev.minsight.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.annotation.JsonAppend;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minsight.store.EntityExtras;
import dev.minsight.store.EntityView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** An entity's JSON: the contract's 22 fields, and what other parts of the house know of it. */
@Component
class EntityAnswers {

  /** Present in every answer, null unless an {@link EntityExtras} fills them. */
  @JsonAppend(
      attrs = {
        @JsonAppend.Attr(value = "intelligence_data", include = JsonInclude.Include.ALWAYS),
        @JsonAppend.Attr(value = "cockpit_url", include = JsonInclude.Include.ALWAYS)
      })
  abstract static class ExtraFields {}

  private final ObjectProvider<EntityExtras> extras;

  EntityAnswers(ObjectProvider<EntityExtras> extras) {
    this.extras = extras;
  }

  /** Answers with one entity, as it is now, and its ETag. */
  void one(Exchange exchange, int status, EntityView view) {
    answer(exchange, status, view, plain(view));
  }

  /** The same with what other parts of the house know of it. */
  void oneInFull(Exchange exchange, EntityView view) {
    answer(exchange, 200, view, full(view));
  }

  private static void answer(Exchange exchange, int status, EntityView view, ObjectNode body) {
    Wire.json(exchange, status, body);
    exchange.getMessage().setHeader("ETag", '"' + view.etag() + '"');
  }

  ObjectNode plain(EntityView view) {
    return plain(List.of(view)).get(0);
  }

  ObjectNode full(EntityView view) {
    return full(List.of(view)).get(0);
  }

  List<ObjectNode> plain(List<EntityView> views) {
    List<ObjectNode> answers = new ArrayList<>();
    for (EntityView view : views) {
      answers.add(Wire.JSON.valueToTree(view));
    }
    return answers;
  }

  List<ObjectNode> full(List<EntityView> views) {
    List<ObjectNode> answers = plain(views);
    List<Long> ids = views.stream().map(EntityView::id).toList();
    extras
        .orderedStream()
        .forEach(
            source -> {
              Map<Long, Map<String, Object>> found = source.extras(ids);
              for (int i = 0; i < answers.size(); i++) {
                ObjectNode answer = answers.get(i);
                found
                    .getOrDefault(ids.get(i), Map.of())
                    .forEach((name, value) -> answer.set(name, Wire.JSON.valueToTree(value)));
              }
            });
    return answers;
  }
}
