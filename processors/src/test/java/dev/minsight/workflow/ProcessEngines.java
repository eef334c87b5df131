package dev.minsight.workflow;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.UUID;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.ProcessEngineConfiguration;
import org.camunda.bpm.engine.impl.cfg.StandaloneInMemProcessEngineConfiguration;
import org.camunda.community.process_test_coverage.engine.platform7.ProcessCoverageConfigurator;
import org.camunda.community.process_test_coverage.junit5.platform7.ProcessEngineCoverageExtension;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

/** Plain engines in memory, with the processes as shipped and beans of the test's choice. */
final class ProcessEngines {

  private ProcessEngines() {}

  static {
    LoggingSystem logging = LoggingSystem.get(ProcessEngines.class.getClassLoader());
    logging.setLogLevel("org.camunda", LogLevel.WARN);
    // Tells with a stack trace of each step that a test lets fail.
    logging.setLogLevel("org.camunda.bpm.engine.context", LogLevel.OFF);
  }

  /** An engine of its own for each call; to be closed. */
  static ProcessEngine with(Map<Object, Object> beans, String... processes) {
    ProcessEngine engine = settings(beans).buildProcessEngine();
    for (String process : processes) {
      deploy(engine, process);
    }
    return engine;
  }

  /**
   * An engine whose tests must take every way through the processes that they run: registered with
   * a test class as its static {@code @RegisterExtension}, it fails the class unless every node was
   * entered and every flow was taken, and draws what was in {@code
   * target/process-coverage/<class>/report.html}. Only what happens in test methods counts.
   *
   * @see <a href="https://github.com/camunda-community-hub/camunda-process-test-coverage">the
   *     extension</a>
   */
  static ProcessEngineCoverageExtension covered(Map<Object, Object> beans) {
    StandaloneInMemProcessEngineConfiguration settings = settings(beans);
    ProcessCoverageConfigurator.initializeProcessCoverageExtensions(settings);
    return ProcessEngineCoverageExtension.builder(settings)
        .assertClassCoverageAtLeast(1.0)
        .reportDirectory("target/process-coverage")
        .build();
  }

  private static StandaloneInMemProcessEngineConfiguration settings(Map<Object, Object> beans) {
    StandaloneInMemProcessEngineConfiguration settings =
        new StandaloneInMemProcessEngineConfiguration();
    settings.setProcessEngineName("test-" + UUID.randomUUID());
    settings.setJdbcUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    settings.setDatabaseSchemaUpdate(ProcessEngineConfiguration.DB_SCHEMA_UPDATE_TRUE);
    settings.setJobExecutorActivate(false);
    settings.setMetricsEnabled(false);
    settings.setDbMetricsReporterActivate(false);
    settings.setHistory(ProcessEngineConfiguration.HISTORY_ACTIVITY);
    settings.setDefaultNumberOfRetries(1);
    settings.setBeans(beans);
    return settings;
  }

  /** Forgets all instances, running or not. */
  static void empty(ProcessEngine engine) {
    engine
        .getRuntimeService()
        .createProcessInstanceQuery()
        .list()
        .forEach(
            process ->
                engine.getRuntimeService().deleteProcessInstance(process.getId(), "test ends"));
    engine
        .getHistoryService()
        .createHistoricProcessInstanceQuery()
        .list()
        .forEach(
            process -> engine.getHistoryService().deleteHistoricProcessInstance(process.getId()));
  }

  /** Deploys a process as shipped. */
  static void deploy(ProcessEngine engine, String process) {
    String file = process + ".bpmn";
    try (InputStream model = ProcessEngines.class.getResourceAsStream("/bpmn/" + file)) {
      engine.getRepositoryService().createDeployment().addInputStream(file, model).deploy();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
