package dev.minsight.cli;

import dev.minsight.sdk.ServerUrls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Runs commands as a shell would, at a fixed moment, with a home of their own. */
final class CliRun {

  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  /** What a shell sees. */
  record Result(int exitCode, String out, String err) {}

  private final Map<String, String> environment = new HashMap<>();
  private String stdin = "";
  private Terminal.Prompt prompt;
  private Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);

  CliRun(Path configHome) {
    environment.put("MINSIGHT_CONFIG_HOME", configHome.toString());
  }

  CliRun env(String name, String value) {
    environment.put(name, value);
    return this;
  }

  CliRun at(ServerUrls urls) {
    return env("AUTH_URL", urls.auth().toString())
        .env("STORE_URL", urls.store().toString())
        .env("COMPUTE_URL", urls.compute().toString());
  }

  CliRun stdin(String text) {
    this.stdin = text;
    return this;
  }

  CliRun typing(Terminal.Prompt person) {
    this.prompt = person;
    return this;
  }

  CliRun when(Instant moment) {
    this.clock = Clock.fixed(moment, ZoneOffset.UTC);
    return this;
  }

  Result run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            Map.copyOf(environment),
            new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Optional.ofNullable(prompt));
    int exitCode = Main.run(terminal, clock, args);
    return new Result(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** A JWT's form; the client never checks the signature. */
  static String jwt(Instant end) {
    return part("{\"alg\":\"ES256\"}")
        + "."
        + part("{\"id\":\"1\",\"exp\":" + end.getEpochSecond() + "}")
        + ".c2ln";
  }

  static String tokenBody(Instant end) {
    return "{\"access_token\":\"" + jwt(end) + "\",\"token_type\":\"bearer\"}";
  }

  private static String part(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
