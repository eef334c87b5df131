package dev.minsight.cli;

import dev.minsight.sdk.AuthProvider;
import dev.minsight.sdk.MinsightClient;
import dev.minsight.sdk.ServerUrls;
import java.net.URI;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** What all commands share: which server, who is calling, and the form of the answer. */
@Command(
    name = "minsight",
    description = "Photos in a folder become people, vectors and answers.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Version.class,
    subcommands = {
      AuthCommand.class,
      IngestCommand.class,
      EntityCommand.class,
      PersonCommand.class,
      SimilarCommand.class,
      StatusCommand.class,
      VectorsCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed",
      "2:wrong usage or configuration",
      "3:server unreachable",
      "4:not found",
      "5:refused: not logged in, or not allowed",
      "6:timed out",
      "130:interrupted"
    })
final class RootCommand {

  /** Any of these in the environment means that it, and not the session, names the server. */
  private static final Set<String> ADDRESS_VARIABLES =
      Set.of(
          "AUTH_URL",
          "STORE_URL",
          "COMPUTE_URL",
          "MQTT_URL",
          "MINSIGHT_HOST",
          "MINSIGHT_AUTH_PORT",
          "MINSIGHT_STORE_PORT",
          "MINSIGHT_COMPUTE_PORT",
          "MINSIGHT_MQTT_PORT",
          "MINSIGHT_MQTT_URL");

  @Option(
      names = "--server",
      paramLabel = "HOST|URL",
      scope = ScopeType.INHERIT,
      description = "A host with the default ports, or one URL for all services.")
  String server;

  @Option(names = "--auth-url", paramLabel = "URL", scope = ScopeType.INHERIT)
  URI authUrl;

  @Option(names = "--store-url", paramLabel = "URL", scope = ScopeType.INHERIT)
  URI storeUrl;

  @Option(names = "--compute-url", paramLabel = "URL", scope = ScopeType.INHERIT)
  URI computeUrl;

  @Option(names = "--mqtt-url", paramLabel = "URL", scope = ScopeType.INHERIT)
  URI mqttUrl;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "Results as JSON on stdout, also failures.")
  boolean json;

  private final Terminal terminal;
  private final Clock clock;

  RootCommand(Terminal terminal, Clock clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  Terminal terminal() {
    return terminal;
  }

  Clock clock() {
    return clock;
  }

  Output output() {
    return new Output(json, terminal.out(), terminal.err());
  }

  SessionFile sessionFile() {
    return new SessionFile(terminal.configHome());
  }

  /** Who is logged in at the server this command goes to. */
  Optional<Session> session() {
    ServerUrls urls = urls();
    return sessionFile().read().filter(session -> session.belongsTo(urls));
  }

  /** A flag wins over the environment, that over the session, that over localhost. */
  ServerUrls urls() {
    Map<String, String> environment = terminal.environment();
    try {
      ServerUrls base;
      if (server != null) {
        base = ServerUrls.of(server);
      } else if (ADDRESS_VARIABLES.stream().anyMatch(environment::containsKey)) {
        base = ServerUrls.from(environment);
      } else {
        base = sessionFile().read().map(Session::urls).orElseGet(ServerUrls::defaults);
      }
      return new ServerUrls(
          authUrl == null ? base.auth() : authUrl,
          storeUrl == null ? base.store() : storeUrl,
          computeUrl == null ? base.compute() : computeUrl,
          mqttUrl == null ? base.mqtt() : mqttUrl);
    } catch (IllegalArgumentException e) {
      throw new CliException(ExitCode.USAGE, e.getMessage());
    }
  }

  /** A client that calls with {@code MINSIGHT_API_KEY}, else as who is logged in, else as guest. */
  MinsightClient client() {
    String apiKey = terminal.environment().getOrDefault("MINSIGHT_API_KEY", "");
    if (!apiKey.isBlank()) {
      return client(AuthProvider.apiKey(apiKey.strip()));
    }
    return client(
        session()
            .<AuthProvider>map(session -> new SessionAuth(session, sessionFile(), clock))
            .orElseGet(AuthProvider::none));
  }

  MinsightClient client(AuthProvider auth) {
    return MinsightClient.builder().servers(urls()).auth(auth).build();
  }
}
