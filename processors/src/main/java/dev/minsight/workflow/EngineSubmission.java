package dev.minsight.workflow;

import dev.minsight.compute.Jobs;
import dev.minsight.compute.NewJob;
import dev.minsight.compute.Submission;
import dev.minsight.compute.WorkerPool;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.camunda.bpm.engine.RuntimeService;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** Each job has a process {@code compute-job} of its own, with business key {@code job-<id>}. */
@Component
class EngineSubmission implements Submission {

  private final Jobs jobs;
  private final JdbcClient jdbc;
  private final RuntimeService runtime;
  private final ObjectProvider<WorkerPool> workers;
  private final TransactionTemplate write;

  EngineSubmission(
      Jobs jobs,
      JdbcClient jdbc,
      RuntimeService runtime,
      ObjectProvider<WorkerPool> workers,
      PlatformTransactionManager transactions) {
    this.jobs = jobs;
    this.jdbc = jdbc;
    this.runtime = runtime;
    this.workers = workers;
    this.write = new TransactionTemplate(transactions);
  }

  @Override
  public String submit(NewJob job) {
    String id = Objects.requireNonNull(write.execute(tx -> jobs.create(job)));
    Map<String, Object> variables = new HashMap<>();
    variables.put("taskType", job.taskType());
    // The engine serves high numbers first, our priorities are low-is-urgent.
    variables.put("priority", 10 * (10 - job.priority()));
    variables.put(EngineTaskQueue.jobVariable(job.taskType()), id);
    try {
      runtime.startProcessInstanceByKey("compute-job", "job-" + id, variables);
    } catch (RuntimeException e) {
      write.executeWithoutResult(tx -> withdraw(id));
      throw e;
    }
    workers.ifAvailable(WorkerPool::wake);
    return id;
  }

  /** The worker that finds, or holds, a task without its job ends the process. */
  @Override
  @Transactional(propagation = Propagation.MANDATORY)
  public void withdraw(String jobId) {
    jdbc.sql("DELETE FROM jobs WHERE id = :id").param("id", jobId).update();
  }
}
