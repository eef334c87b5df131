package dev.minsight.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.ml.ModelManifest;
import dev.minsight.ml.ModelSpec;
import dev.minsight.ml.ModelStore;
import dev.minsight.ml.ServingModel;
import dev.minsight.support.ConfigurationException;
import dev.minsight.support.NotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * {@code minsight models}: shows, installs, checks and chooses models, without the server. A
 * running server on the same home notices by itself.
 */
@Command(
    name = "models",
    description = "Shows, installs, checks and chooses the models.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class ModelsCommand implements Runnable {

  private final ModelManifest manifest;

  @Option(
      names = "--home",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      defaultValue = "${env:MINSIGHT_HOME:-${env:CL_SERVER_DIR:-data}}",
      description = "Data folder of mInsight (default: $MINSIGHT_HOME, or ./data).")
  private Path home;

  @Spec private CommandSpec spec;

  ModelsCommand(ModelManifest manifest) {
    this.manifest = manifest;
  }

  /**
   * Runs the command.
   *
   * @param args what follows {@code minsight models}
   * @return exit code: 0 ok, 1 failed, 2 usage or configuration, 3 host unreachable, 4 not found
   */
  public static int run(String... args) {
    PrintWriter out = new PrintWriter(System.out, true);
    PrintWriter err = new PrintWriter(System.err, true);
    try {
      return run(ModelManifest.locate(Path.of("")), out, err, args);
    } catch (ConfigurationException e) {
      err.println("error: " + e.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
  }

  static int run(ModelManifest manifest, PrintWriter out, PrintWriter err, String... args) {
    return new CommandLine(new ModelsCommand(manifest))
        .setOut(out)
        .setErr(err)
        .setParameterExceptionHandler(
            (e, arguments) -> {
              err.println("error: " + e.getMessage() + " (try: minsight models --help)");
              return CommandLine.ExitCode.USAGE;
            })
        .setExecutionExceptionHandler((e, line, result) -> ModelsFailure.report(e, result, line))
        .execute(args);
  }

  /** Without a sub-command there is nothing to do. */
  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "say what to do: list, pull, verify or use");
  }

  @Command(name = "list", description = "Lists the models: what serves, what is installed.")
  int list(@Option(names = "--json", description = "As JSON.") boolean json) throws IOException {
    ModelStore store = store();
    List<ModelsTable.Row> rows = new ArrayList<>();
    for (ModelSpec model : manifest.models()) {
      rows.add(ModelsTable.row(store, model));
    }
    if (json) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("folder", store.directory().toString());
      answer.put("models", rows);
      out().println(new ObjectMapper().writeValueAsString(answer));
    } else {
      ModelsTable.print(out(), rows);
      for (String task : manifest.tasks()) {
        if (store.serving(task) instanceof ServingModel.Waiting waiting) {
          out().println(task + " waits: " + waiting.reason());
        }
      }
    }
    return CommandLine.ExitCode.OK;
  }

  @Command(
      name = "pull",
      description = "Installs models: those named, or the default one of every task.")
  int pull(
      @Parameters(arity = "0..*", paramLabel = "TASK|ID", description = "Tasks or models.")
          List<String> names,
      @Option(names = "--from", paramLabel = "DIR", description = "Take them from a folder.")
          Path from)
      throws IOException, InterruptedException {
    List<String> wanted = names == null ? List.of() : names;
    ModelsPull pull = new ModelsPull(store(), out(), spec.commandLine().getErr());
    if (from == null) {
      pull.download(wanted);
    } else if (Files.isDirectory(from)) {
      pull.importFrom(from, wanted);
    } else {
      throw new ConfigurationException("--from " + from + " is not a folder");
    }
    return CommandLine.ExitCode.OK;
  }

  @Command(name = "verify", description = "Reads all installed models again and checks them.")
  int verify() throws IOException {
    ModelStore store = store();
    int bad = 0;
    for (ModelSpec model : manifest.models()) {
      boolean chosen = store.choice(model.task()).filter(model.id()::equals).isPresent();
      if (model.lite() || chosen || store.isPresent(model)) {
        if (store.verify(model) instanceof ServingModel.Waiting waiting) {
          spec.commandLine().getErr().println("error: " + waiting.reason());
          bad++;
        } else {
          out().println(model.id() + " ok");
        }
      }
    }
    return bad == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  @Command(name = "use", description = "Makes an installed model the one in use for its task.")
  int use(
      @Parameters(
              paramLabel = "TASK=ID",
              description = "For example: " + "face_embedding=mobilefacenet-128")
          String choice)
      throws IOException {
    String[] parts = choice.split("=", 2);
    if (parts.length != 2) {
      throw new ConfigurationException("'" + choice + "' is not of the form TASK=ID");
    }
    Optional<ModelSpec> model = manifest.find(parts[1]);
    if (model.isEmpty() || !model.get().task().equals(parts[0])) {
      throw new NotFoundException(
          "the manifest knows no model "
              + parts[1]
              + " for "
              + parts[0]
              + " (see: minsight models list)");
    }
    store().use(parts[1]);
    out().println(parts[0] + " now uses " + parts[1]);
    return CommandLine.ExitCode.OK;
  }

  private ModelStore store() {
    return new ModelStore(home.resolve("models"), manifest);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
