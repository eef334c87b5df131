package dev.minsight.app;

import dev.minsight.ml.ServingModel;
import dev.minsight.ml.VisionModels;
import dev.minsight.support.MinsightProperties;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.actuate.health.HealthEndpoint;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Tells the person who started the server where everything is, and which models look at photos. */
@Component
class ReadyMessage {

  /** Consumers poll for the first time within a moment; a broker that is away may stay away. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  private final MinsightProperties settings;
  private final VisionModels models;
  private final HealthEndpoint health;

  ReadyMessage(MinsightProperties settings, VisionModels models, HealthEndpoint health) {
    this.settings = settings;
    this.models = models;
    this.health = health;
  }

  /**
   * On a thread of its own: the server accepts requests, and counts as up, only after this event.
   */
  @EventListener(ApplicationReadyEvent.class)
  void started() {
    Thread thread =
        new Thread(
            () -> {
              tell(System.out);
              models.warmUp();
            },
            "warm-up");
    thread.setDaemon(true);
    thread.start();
  }

  /** Whether everything is up, after waiting a little for it. */
  private boolean whole() {
    long limit = System.nanoTime() + LONGEST_WAIT.toNanos();
    while (!health.health().getStatus().equals(Status.UP)) {
      if (System.nanoTime() > limit) {
        return false;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  private void tell(PrintStream out) {
    String web = "http://" + shownHost() + ":" + settings.ports().store();
    if (whole()) {
      out.printf(
          "mInsight is ready after %.1f s%n",
          ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0);
    } else {
      out.printf("mInsight has started, but something is missing: see %s/actuator/health%n", web);
    }
    out.printf("  Copy photos into  %s%n", settings.home().resolve("inbox"));
    settings.ingest().watch().forEach(folder -> out.printf("  also watched      %s%n", folder));
    out.printf("  See them at       %s/ui/%n", web);
    out.printf("  Watch the work    %s/camunda/app/cockpit/default/%n", web);
    out.printf(
        "  Services          auth %d, store %d, compute %d, MQTT %s%n",
        settings.ports().auth(),
        settings.ports().store(),
        settings.ports().compute(),
        settings.mqtt().external() ? settings.mqtt().url() : settings.mqtt().port());
    boolean lite = false;
    for (var entry : models.status().entrySet()) {
      out.printf("  %-17s %s%n", entry.getKey(), words(entry.getValue()));
      lite |= entry.getValue() instanceof ServingModel.Ready ready && ready.spec().lite();
    }
    if (lite) {
      out.println(
          "  The lite models are small and for trying out; ./minsight models pull gets the full"
              + " ones.");
    }
    out.flush();
  }

  private String shownHost() {
    return settings.host().equals("0.0.0.0") ? "localhost" : settings.host();
  }

  private static String words(ServingModel model) {
    if (model instanceof ServingModel.Ready ready) {
      return ready.spec().id() + (ready.spec().lite() ? " (lite)" : "");
    }
    return "waiting: " + ((ServingModel.Waiting) model).reason();
  }
}
