package dev.minsight.insight;

import dev.minsight.ml.ModelSpec;
import dev.minsight.ml.ModelStore;
import dev.minsight.ml.ModelTask;
import dev.minsight.support.MinsightProperties;
import dev.minsight.support.NudgedThread;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Describes everything again when another model is to serve, and lets it take over when that is
 * done. The former model goes on serving meanwhile, and its vectors stay beside the new ones, so
 * going back is a matter of a moment.
 *
 * <p>What is left to do is not noted anywhere but asked of the tables: which photos did another
 * model describe and this one not? So a photo that arrives meanwhile, and is done by the former
 * model, is among them; after a restart or a kill the question is the same; and what was added
 * while a model was out of use is made up for when it is in use again.
 */
@Component
public class ModelUpgrades implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(ModelUpgrades.class);

  private static final long LOOK_MILLIS = 1000;
  private static final long RETRY_MILLIS = 10_000;

  /** Lets a few photos end before more are begun. */
  private static final long GATHER_MILLIS = 20;

  private final UpgradePass pass;
  private final UpgradeTable table;
  private final UpgradeRuns runs;
  private final VectorCollections collections;
  private final FormerVectors former;
  private final ModelStore store;
  private final Clock clock;
  private final UpgradeNews news;
  private final boolean wanted;
  private final Map<String, UpgradeState> states = new HashMap<>();
  private final NudgedThread thread =
      new NudgedThread("model-upgrades", GATHER_MILLIS, this::round);
  private volatile List<UpgradeProgress> progress = List.of();

  /** Of the thread alone. */
  private boolean recovered;

  ModelUpgrades(
      UpgradePass pass,
      UpgradeTable table,
      UpgradeRuns runs,
      VectorCollections collections,
      FormerVectors former,
      ModelStore store,
      Clock clock,
      MinsightProperties settings) {
    this.pass = pass;
    this.table = table;
    this.runs = runs;
    this.collections = collections;
    this.former = former;
    this.store = store;
    this.clock = clock;
    this.news = new UpgradeNews(store.directory());
    this.wanted = settings.runs(MinsightProperties.Role.INSIGHT);
  }

  /**
   * @return what is being described again, by task; empty most of the time
   */
  public List<UpgradeProgress> progress() {
    return progress;
  }

  /** Looks soon: a photo was described. */
  public void wake() {
    thread.nudge();
  }

  @Override
  public void start() {
    if (wanted) {
      recovered = false;
      thread.start();
    }
  }

  @Override
  public void stop() {
    thread.stop();
  }

  @Override
  public boolean isRunning() {
    return thread.running();
  }

  @Override
  public int getPhase() {
    return Integer.MAX_VALUE - 300; // as reconcile: after the engine
  }

  private long round() {
    try {
      if (collections.checked()) {
        if (!recovered) {
          recover();
          recovered = true;
        }
        look();
        former.removeSometimes();
      }
      return LOOK_MILLIS;
    } catch (RuntimeException | IOException e) {
      LOG.warn("Model upgrades were held up and go on: {}", e.toString(), e);
      return RETRY_MILLIS;
    }
  }

  private void recover() {
    Set<Long> inWork = new HashSet<>();
    for (String task : ModelTask.VISION) {
      runs.running(task).forEach(run -> inWork.add(run.entityId()));
    }
    table.removeLostJobs(inWork);
  }

  private void look() throws IOException {
    List<UpgradeProgress> now = new ArrayList<>();
    for (String task : ModelTask.VISION) {
      Optional<ModelSpec> serving = store.inUse(task);
      if (serving.isPresent()) {
        look(task, serving.get()).ifPresent(now::add);
      }
    }
    if (!now.isEmpty() || !progress.isEmpty()) {
      progress = List.copyOf(now);
      news.write(now);
    }
  }

  private Optional<UpgradeProgress> look(String task, ModelSpec serving) throws IOException {
    Optional<VectorKind> kind = VectorKind.of(task);
    kind.ifPresent(collections::follow);
    Optional<ModelSpec> next = kind.isPresent() ? store.successor(task) : Optional.empty();
    ModelSpec target = next.orElse(serving);
    if (kind.isEmpty() && store.wanted(task).filter(serving.id()::equals).isEmpty()) {
      return Optional.empty(); // faces are looked for again only if somebody chose the detector
    }
    UpgradeState state = states.get(task);
    if (state == null || !state.target().equals(target)) {
      table.forgetFailures(task);
      state = new UpgradeState(task, target, clock);
      states.put(task, state);
    }
    if (kind.filter(collections::takeStrays).isPresent()) {
      state.unsure(true);
    }
    if (next.isEmpty() && !state.unsure()) {
      return Optional.empty();
    }
    String from = next.isPresent() ? serving.id() : null;
    pass.goOn(task, state, from);
    boolean quiet = next.isEmpty() && (!state.unsure() || state.nothingMissing());
    return quiet ? Optional.empty() : Optional.of(state.progress(from));
  }
}
