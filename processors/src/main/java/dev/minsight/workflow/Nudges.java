package dev.minsight.workflow;

import dev.minsight.compute.LocalWorkers;
import dev.minsight.insight.ModelUpgrades;
import dev.minsight.insight.ReconcileTrigger;
import org.camunda.bpm.engine.impl.cfg.TransactionState;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Tells those who work beside the engine that there is something for them: within one of its
 * commands not before it has committed, or they would look too early, find nothing, and sleep on.
 */
@Component
class Nudges {

  private final ObjectProvider<LocalWorkers> workers;
  private final ObjectProvider<ModelUpgrades> upgrades;
  private final ObjectProvider<ReconcileTrigger> reconcile;

  Nudges(
      ObjectProvider<LocalWorkers> workers,
      ObjectProvider<ModelUpgrades> upgrades,
      ObjectProvider<ReconcileTrigger> reconcile) {
    this.workers = workers;
    this.upgrades = upgrades;
    this.reconcile = reconcile;
  }

  /** There are tasks to do. */
  void workers() {
    afterCommit(() -> workers.ifAvailable(LocalWorkers::wake));
  }

  /** A photo was described again. */
  void upgrades() {
    afterCommit(() -> upgrades.ifAvailable(ModelUpgrades::wake));
  }

  /** A photo is done, and its place is free. */
  void reconcile() {
    afterCommit(() -> reconcile.ifAvailable(trigger -> trigger.wakeUp("a photo is done")));
  }

  /**
   * @param nudge done at once outside of the engine's commands; not at all if the command fails
   */
  static void afterCommit(Runnable nudge) {
    CommandContext command = Context.getCommandContext();
    if (command == null) {
      nudge.run();
    } else {
      command
          .getTransactionContext()
          .addTransactionListener(TransactionState.COMMITTED, committed -> nudge.run());
    }
  }
}
