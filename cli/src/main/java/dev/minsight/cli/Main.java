package dev.minsight.cli;

import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** The {@code minsight} commands that talk to a running server. */
public final class Main {

  private Main() {}

  /**
   * The process: one command, then its exit code.
   *
   * @param args as typed
   */
  @SuppressWarnings("checkstyle:regexpsinglelinejava") // This is the launcher's side of the JVM.
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /**
   * Runs one command on this process's streams, without ending the JVM.
   *
   * @param args as typed
   * @return the exit code, as the help text lists them
   */
  public static int run(String... args) {
    return run(Terminal.system(), Clock.systemUTC(), args);
  }

  static int run(Terminal terminal, Clock clock, String... args) {
    // Where parsing failed the flag may not have been seen yet, but the promise of JSON stands.
    boolean json = List.of(args).contains("--json");
    Output failures = new Output(json, terminal.out(), terminal.err());
    return new CommandLine(new RootCommand(terminal, clock))
        .setOut(new PrintWriter(terminal.out(), true))
        .setErr(new PrintWriter(terminal.err(), true))
        // File names may begin with @.
        .setExpandAtFiles(false)
        .registerConverter(Long.TYPE, Main::number)
        .setParameterExceptionHandler(
            (wrong, arguments) -> {
              String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
              String text = wrong.getMessage() + " (see ./" + command + " --help)";
              return fail(failures, Failure.of(ExitCode.USAGE, text));
            })
        .setExecutionExceptionHandler(
            (thrown, command, parsed) -> fail(failures, Failure.of(thrown)))
        .execute(args);
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + text + "' is not a number");
    }
  }

  private static int fail(Output output, Failure failure) {
    output.failure(failure);
    return failure.exitCode();
  }
}
