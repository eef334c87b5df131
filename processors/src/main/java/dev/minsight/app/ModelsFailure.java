package dev.minsight.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.ml.ModelInstaller.UnreachableException;
import dev.minsight.support.ConfigurationException;
import dev.minsight.support.NotFoundException;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;

/**
 * Tells a failed {@code models} command: one line on stderr, an exit code, JSON where asked for.
 */
final class ModelsFailure {

  private static final int UNREACHABLE = 3;
  private static final int NOT_FOUND = 4;

  private ModelsFailure() {}

  static int report(Exception failure, CommandLine.ParseResult parsed, CommandLine line)
      throws JsonProcessingException {
    if (failure instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    String message =
        failure.getMessage() == null ? failure.toString() : failure.getMessage().strip();
    line.getErr().println("error: " + message.replaceAll("\\s*\\R\\s*", "; "));
    if (parsed != null && parsed.originalArgs().contains("--json")) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("status", "failed");
      answer.put("error", message);
      answer.put("retryable", failure instanceof UnreachableException);
      line.getOut().println(new ObjectMapper().writeValueAsString(answer));
    }
    return exitCode(failure);
  }

  private static int exitCode(Exception failure) {
    if (failure instanceof ConfigurationException) {
      return CommandLine.ExitCode.USAGE;
    }
    if (failure instanceof UnreachableException) {
      return UNREACHABLE;
    }
    return failure instanceof NotFoundException ? NOT_FOUND : CommandLine.ExitCode.SOFTWARE;
  }
}
