package dev.minsight.insight;

import dev.minsight.compute.Gate;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Vectors are not made while the index they go to cannot be used; its outage is no failure. */
@Component
class VectorGate implements Gate {

  private final VectorCollections collections;

  VectorGate(VectorCollections collections) {
    this.collections = collections;
  }

  @Override
  public Optional<String> closed(String taskType) {
    return Stream.of(VectorKind.values())
        .filter(kind -> kind.task().equals(taskType))
        .findFirst()
        .flatMap(
            kind ->
                collections
                    .problem(kind)
                    .map(reason -> "collection " + kind.collection() + ": " + reason));
  }

  @Override
  public boolean everywhere() {
    return true;
  }
}
