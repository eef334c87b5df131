package dev.minsight.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What surrounds a command.
 *
 * @param environment variables by name
 * @param in what is piped in
 * @param out data, and nothing else
 * @param err progress and errors
 * @param prompt someone to ask, if there is a terminal
 */
record Terminal(
    Map<String, String> environment,
    InputStream in,
    PrintStream out,
    PrintStream err,
    Optional<Prompt> prompt) {

  /** Asks the person at the terminal. */
  interface Prompt {
    String line(String question);

    /** Like {@link #line}, without showing what is typed. */
    String secret(String question);
  }

  /** This process's own; UTF-8 whatever the locale, since JSON is nothing else. */
  static Terminal system() {
    return new Terminal(
        System.getenv(),
        System.in,
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        Optional.ofNullable(System.console()).map(Terminal::prompt));
  }

  /** Where the session lies: {@code MINSIGHT_CONFIG_HOME}, else {@code ~/.config/minsight}. */
  Path configHome() {
    String chosen = environment.getOrDefault("MINSIGHT_CONFIG_HOME", "");
    if (!chosen.isBlank()) {
      return Path.of(chosen);
    }
    String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
    return Path.of(home, ".config", "minsight");
  }

  private static Prompt prompt(Console console) {
    return new Prompt() {
      @Override
      public String line(String question) {
        return console.readLine("%s: ", question);
      }

      @Override
      public String secret(String question) {
        char[] typed = console.readPassword("%s: ", question);
        return typed == null ? null : new String(typed);
      }
    };
  }
}
