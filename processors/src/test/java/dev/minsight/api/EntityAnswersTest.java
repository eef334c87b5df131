package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minsight.store.EntityExtras;
import dev.minsight.store.EntityView;
import dev.minsight.testing.Contract;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;

class EntityAnswersTest {

  private static final EntityExtras INTELLIGENCE =
      ids -> Map.of(1L, Map.of("intelligence_data", Map.of("overall_status", "completed")));

  private static EntityAnswers answers(EntityExtras... sources) {
    StaticListableBeanFactory beans = new StaticListableBeanFactory();
    for (int i = 0; i < sources.length; i++) {
      beans.addBean("source" + i, sources[i]);
    }
    return new EntityAnswers(beans.getBeanProvider(EntityExtras.class));
  }

  private static EntityView view(long id) {
    return new EntityView(
        id, true, "label", null, null, 0, 1L, 1L, 1L, null, null, null, null, null, null, null,
        null, null, null, null, false, false, null, "1-0");
  }

  @Test
  @DisplayName("A full answer carries what others know of the entity, a plain one carries null")
  @Contract("store.md 4.1 intelligence_data")
  void extras() {
    EntityAnswers answers = answers(INTELLIGENCE);

    List<ObjectNode> full = answers.full(List.of(view(1), view(2)));

    assertThat(full.get(0).at("/intelligence_data/overall_status").asText()).isEqualTo("completed");
    assertThat(full.get(0).get("cockpit_url").isNull()).isTrue();
    assertThat(full.get(1).get("intelligence_data").isNull()).isTrue();
    assertThat(answers.plain(view(1)).get("intelligence_data").isNull()).isTrue();
  }

  @Test
  @DisplayName("Without anybody who knows more the fields are there all the same")
  void noExtras() {
    ObjectNode answer = answers().full(view(1));

    assertThat(answer.has("intelligence_data")).isTrue();
    assertThat(answer.get("is_collection").asBoolean()).isTrue();
    assertThat(answer.get("is_deleted").asBoolean()).isFalse();
  }
}
