package dev.minsight.cli;

import dev.minsight.sdk.ApiException;
import dev.minsight.sdk.Health;
import dev.minsight.sdk.MinsightClient;
import dev.minsight.sdk.Service;
import dev.minsight.sdk.ServiceInfo;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** Whether the server is there and well. */
@Command(name = "status", description = "Show whether each service answers, and its health.")
final class StatusCommand implements Callable<Integer> {

  @ParentCommand RootCommand root;

  private final Map<String, Object> document = new LinkedHashMap<>();
  private Failure failure;

  @Override
  public Integer call() {
    MinsightClient client = root.client();
    Output output = root.output();
    document.put("status", "success");
    for (Service service : Service.values()) {
      ask(output, client, service);
    }
    health(output, client);
    if (failure != null) {
      document.put("status", failure.status());
      document.put("error", failure.error());
      document.put("retryable", failure.retryable());
    }
    if (output.json()) {
      output.document(document);
    }
    if (failure != null) {
      // The document above already carries the failure; only the line for people is missing.
      new Output(false, root.terminal().out(), root.terminal().err()).failure(failure);
      return failure.exitCode();
    }
    return ExitCode.OK;
  }

  private void ask(Output output, MinsightClient client, Service service) {
    String name = service.name().toLowerCase(Locale.ROOT);
    URI url = client.servers().of(service);
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("url", url);
    String line;
    try {
      ServiceInfo info = client.info(service);
      entry.put("reachable", true);
      entry.put("info", info);
      line = describe(info);
    } catch (ApiException e) {
      remember(Failure.of(e));
      entry.put("reachable", false);
      entry.put("error", e.detail());
      line = e.detail();
    }
    document.put(name, entry);
    if (!output.json()) {
      output.text(String.format(Locale.ROOT, "%-8s %s  %s", name, url, line));
    }
  }

  private void health(Output output, MinsightClient client) {
    try {
      Health health = client.health();
      document.put("health", health);
      if (!health.up()) {
        remember(Failure.of(ExitCode.FAILED, "the server is " + health.status()));
      }
      if (!output.json()) {
        output.text("health   " + health.status());
        health
            .components()
            .forEach(
                (part, state) -> {
                  output.text("  " + part + " " + state.status());
                  state.details().forEach((key, value) -> output.text("    " + key + ": " + value));
                });
      }
    } catch (ApiException e) {
      // Another server may keep its health to itself; one that is away was told above already.
      if (!output.json()) {
        output.text("health   unknown (" + e.detail() + ")");
      }
    }
  }

  private void remember(Failure next) {
    failure = failure == null ? next : failure;
  }

  private static String describe(ServiceInfo info) {
    if (info.message() != null) {
      return info.message();
    }
    return Text.of(info.service())
        + " "
        + Text.of(info.version())
        + ", "
        + Text.of(info.status())
        + ", guest mode "
        + Text.of(info.guestMode());
  }
}
