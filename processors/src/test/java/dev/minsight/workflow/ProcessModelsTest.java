package dev.minsight.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.BaseElement;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.camunda.bpm.model.bpmn.instance.Process;
import org.camunda.bpm.model.bpmn.instance.SequenceFlow;
import org.camunda.bpm.model.bpmn.instance.ServiceTask;
import org.camunda.bpm.model.bpmn.instance.bpmndi.BpmnEdge;
import org.camunda.bpm.model.bpmn.instance.bpmndi.BpmnShape;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** What every process of ours must have. */
class ProcessModelsTest {

  static Stream<String> files() throws IOException {
    return Arrays.stream(
            new PathMatchingResourcePatternResolver().getResources("classpath:bpmn/*.bpmn"))
        .map(Resource::getFilename);
  }

  private static BpmnModelInstance model(String file) throws IOException {
    try (InputStream bytes = ProcessModelsTest.class.getResourceAsStream("/bpmn/" + file)) {
      return Bpmn.readModelFromStream(bytes);
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  @DisplayName("A file holds one executable process of its own name that is forgotten some day")
  void oneProcess(String file) throws IOException {
    assertThat(model(file).getModelElementsByType(Process.class))
        .singleElement()
        .satisfies(
            process -> {
              assertThat(process.getId() + ".bpmn").isEqualTo(file);
              assertThat(process.isExecutable()).isTrue();
              assertThat(process.getName()).isNotBlank();
              assertThat(process.getDocumentations()).isNotEmpty();
              assertThat(process.getCamundaHistoryTimeToLiveString()).matches("P\\d+D");
            });
  }

  @ParameterizedTest
  @MethodSource("files")
  @DisplayName("Every node and every flow is drawn, or Cockpit could not show it")
  void drawn(String file) throws IOException {
    BpmnModelInstance model = model(file);
    Set<String> shapes =
        model.getModelElementsByType(BpmnShape.class).stream()
            .map(shape -> shape.getBpmnElement().getId())
            .collect(Collectors.toSet());
    Set<String> edges =
        model.getModelElementsByType(BpmnEdge.class).stream()
            .map(edge -> edge.getBpmnElement().getId())
            .collect(Collectors.toSet());

    assertThat(shapes).isEqualTo(ids(model.getModelElementsByType(FlowNode.class)));
    assertThat(edges).isEqualTo(ids(model.getModelElementsByType(SequenceFlow.class)));
  }

  private static Set<String> ids(java.util.Collection<? extends BaseElement> elements) {
    return elements.stream().map(BaseElement::getId).collect(Collectors.toSet());
  }

  @ParameterizedTest
  @MethodSource("files")
  @DisplayName("Every task is named, and the work of workers is an external task with a priority")
  void tasks(String file) throws IOException {
    List<ServiceTask> tasks = List.copyOf(model(file).getModelElementsByType(ServiceTask.class));

    assertThat(tasks).isNotEmpty().allSatisfy(task -> assertThat(task.getName()).isNotBlank());
    assertThat(tasks)
        .filteredOn(task -> "external".equals(task.getCamundaType()))
        .allSatisfy(
            task -> {
              assertThat(task.getCamundaTopic()).isNotBlank();
              assertThat(task.getCamundaTaskPriority()).startsWith("${priority");
            });
  }
}
