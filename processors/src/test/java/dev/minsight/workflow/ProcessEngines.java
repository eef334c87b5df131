package dev.minsight.workflow;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.UUID;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.ProcessEngineConfiguration;
import org.camunda.bpm.engine.impl.cfg.StandaloneInMemProcessEngineConfiguration;

/** Plain engines in memory, with the processes as shipped and beans of the test's choice. */
final class ProcessEngines {

  private ProcessEngines() {}

  /** An engine of its own for each call; to be closed. */
  static ProcessEngine with(Map<Object, Object> beans, String... processes) {
    StandaloneInMemProcessEngineConfiguration settings =
        new StandaloneInMemProcessEngineConfiguration();
    settings.setProcessEngineName("test-" + UUID.randomUUID());
    settings.setJdbcUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    settings.setDatabaseSchemaUpdate(ProcessEngineConfiguration.DB_SCHEMA_UPDATE_TRUE);
    settings.setJobExecutorActivate(false);
    settings.setMetricsEnabled(false);
    settings.setDbMetricsReporterActivate(false);
    settings.setHistory(ProcessEngineConfiguration.HISTORY_ACTIVITY);
    settings.setBeans(beans);
    ProcessEngine engine = settings.buildProcessEngine();
    for (String process : processes) {
      deploy(engine, process + ".bpmn");
    }
    return engine;
  }

  private static void deploy(ProcessEngine engine, String file) {
    try (InputStream model = ProcessEngines.class.getResourceAsStream("/bpmn/" + file)) {
      engine.getRepositoryService().createDeployment().addInputStream(file, model).deploy();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
