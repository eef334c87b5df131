package dev.minsight.compute;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The table of jobs in memory. */
final class FakeJobs extends Jobs {

  final Map<String, Job> rows = new ConcurrentHashMap<>();
  final List<String> changes = new CopyOnWriteArrayList<>();
  volatile int troubles;

  FakeJobs() {
    super(null, null, null, null, null);
  }

  void add(String id, String type, JobStatus status) {
    rows.put(
        id,
        new Job(
            id,
            type,
            1L,
            1,
            status,
            0,
            5,
            Map.of("media", "picture.png"),
            null,
            null,
            null,
            0,
            null,
            1,
            1,
            null,
            null,
            null,
            null));
  }

  @Override
  public List<Job> started(Collection<String> ids, String worker) {
    if (troubles > 0) {
      troubles--;
      throw new IllegalStateException("the database is busy");
    }
    return ids.stream().filter(rows::containsKey).map(rows::get).toList();
  }

  @Override
  public void requeued(String id, String reason) {
    changes.add("requeued " + id + ": " + reason);
  }

  @Override
  public void gaveUp(String id, String reason) {
    changes.add("gave up " + id + ": " + reason);
  }

  @Override
  public Optional<Job> find(String id) {
    return Optional.ofNullable(rows.get(id));
  }

  @Override
  Set<String> keepingFiles() {
    return Set.of();
  }
}
