package dev.minsight.compute;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TaskGroupTest {

  private final TaskGroup group = new TaskGroup();

  @Test
  @DisplayName("Tasks that come while the group is worked on are done by the same thread")
  void laterTasksJoin() {
    group.join(List.of(task("faces")));
    assertThat(group.next()).contains(task("faces"));

    boolean joined = group.join(List.of(task("clip"), task("dino")));

    assertThat(joined).isTrue();
    assertThat(group.next()).contains(task("clip"));
    assertThat(group.next()).contains(task("dino"));
    assertThat(group.next()).isEmpty();
  }

  @Test
  @DisplayName("A group that has run dry takes no more, so no task is left in it")
  void dryGroupTakesNoMore() {
    assertThat(group.next()).isEmpty();

    assertThat(group.join(List.of(task("late")))).isFalse();
    assertThat(group.next()).isEmpty();
  }

  @Test
  @DisplayName("What is left of an abandoned group is handed back, once, and nothing joins it")
  void handsBackTheRest() {
    group.join(List.of(task("faces"), task("clip")));
    group.next();

    assertThat(group.rest()).containsExactly(task("clip"));
    assertThat(group.rest()).isEmpty();
    assertThat(group.join(List.of(task("late")))).isFalse();
  }

  private static Assigned task(String id) {
    return new Assigned(new TaskQueue.Task(id, "job-" + id, id, "photo", "worker"), null);
  }
}
