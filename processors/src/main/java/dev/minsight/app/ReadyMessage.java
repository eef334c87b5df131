package dev.minsight.app;

import dev.minsight.ml.ServingModel;
import dev.minsight.ml.VisionModels;
import dev.minsight.support.MinsightProperties;
import java.io.PrintStream;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Tells the person who started the server where everything is, and which models look at photos. */
@Component
class ReadyMessage {

  private final MinsightProperties settings;
  private final VisionModels models;

  ReadyMessage(MinsightProperties settings, VisionModels models) {
    this.settings = settings;
    this.models = models;
  }

  @EventListener
  void ready(ApplicationReadyEvent event) {
    String web = "http://" + shownHost() + ":" + settings.ports().store();
    PrintStream out = System.out;
    out.printf("mInsight is ready after %.1f s%n", event.getTimeTaken().toMillis() / 1000.0);
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
    Thread warmUp = new Thread(models::warmUp, "warm-up");
    warmUp.setDaemon(true);
    warmUp.start();
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
