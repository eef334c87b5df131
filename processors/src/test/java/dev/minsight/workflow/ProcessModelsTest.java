package dev.minsight.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.BaseElement;
import org.camunda.bpm.model.bpmn.instance.Event;
import org.camunda.bpm.model.bpmn.instance.ExclusiveGateway;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.camunda.bpm.model.bpmn.instance.Process;
import org.camunda.bpm.model.bpmn.instance.SequenceFlow;
import org.camunda.bpm.model.bpmn.instance.ServiceTask;
import org.camunda.bpm.model.bpmn.instance.Task;
import org.camunda.bpm.model.bpmn.instance.bpmndi.BpmnEdge;
import org.camunda.bpm.model.bpmn.instance.bpmndi.BpmnLabel;
import org.camunda.bpm.model.bpmn.instance.bpmndi.BpmnShape;
import org.camunda.bpm.model.bpmn.instance.dc.Bounds;
import org.camunda.bpm.model.bpmn.instance.di.Waypoint;
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

  /** A stretch of a drawn line, always upright or level. */
  private record Stretch(String flow, Rectangle2D box) {

    boolean crosses(Stretch other) {
      boolean level = box.getHeight() == 0;
      if (flow.equals(other.flow) || level == (other.box.getHeight() == 0)) {
        return false;
      }
      Rectangle2D across = level ? box : other.box;
      Rectangle2D upright = level ? other.box : box;
      return inside(upright.getX(), across.getMinX(), across.getMaxX())
          && inside(across.getY(), upright.getMinY(), upright.getMaxY());
    }

    private static boolean inside(double value, double from, double to) {
      return value > from && value < to;
    }
  }

  private static List<Stretch> stretches(BpmnEdge edge) {
    List<Stretch> stretches = new ArrayList<>();
    List<Waypoint> points = List.copyOf(edge.getWaypoints());
    for (int i = 1; i < points.size(); i++) {
      Rectangle2D box = new Rectangle2D.Double(points.get(i).getX(), points.get(i).getY(), 0, 0);
      box.add(points.get(i - 1).getX(), points.get(i - 1).getY());
      stretches.add(new Stretch(edge.getBpmnElement().getId(), box));
    }
    return stretches;
  }

  private static Rectangle2D box(Bounds bounds) {
    return new Rectangle2D.Double(
        bounds.getX(), bounds.getY(), bounds.getWidth(), bounds.getHeight());
  }

  @ParameterizedTest
  @MethodSource("files")
  @DisplayName("Lines are level or upright, cross no other line, and run through no label")
  void tidy(String file) throws IOException {
    BpmnModelInstance model = model(file);
    List<Stretch> lines =
        model.getModelElementsByType(BpmnEdge.class).stream()
            .flatMap(edge -> stretches(edge).stream())
            .toList();
    List<Rectangle2D> labels =
        model.getModelElementsByType(BpmnLabel.class).stream()
            .map(label -> box(label.getBounds()))
            .toList();

    assertThat(lines)
        .allSatisfy(
            line -> {
              assertThat(Math.min(line.box().getWidth(), line.box().getHeight())).isZero();
              assertThat(lines).filteredOn(line::crosses).isEmpty();
              assertThat(labels)
                  .filteredOn(
                      label ->
                          label.intersectsLine(
                              line.box().getMinX(),
                              line.box().getMinY(),
                              line.box().getMaxX(),
                              line.box().getMaxY()))
                  .isEmpty();
            });
  }

  @ParameterizedTest
  @MethodSource("files")
  @DisplayName("Steps stand apart from each other, and every event and decision says its name")
  void readable(String file) throws IOException {
    List<BpmnShape> shapes =
        model(file).getModelElementsByType(BpmnShape.class).stream()
            .filter(shape -> shape.getBpmnElement() instanceof Task)
            .toList();

    assertThat(shapes)
        .allSatisfy(
            shape ->
                assertThat(shapes)
                    .filteredOn(
                        other ->
                            other != shape
                                && box(other.getBounds()).intersects(box(shape.getBounds())))
                    .isEmpty());
    assertThat(model(file).getModelElementsByType(Event.class))
        .allSatisfy(event -> assertThat(event.getName()).isNotBlank());
    assertThat(model(file).getModelElementsByType(ExclusiveGateway.class))
        .filteredOn(gateway -> gateway.getOutgoing().size() > 1)
        .allSatisfy(
            gateway -> {
              assertThat(gateway.getName()).endsWith("?");
              assertThat(gateway.getOutgoing())
                  .allSatisfy(flow -> assertThat(flow.getName()).isNotBlank());
            });
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
