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
        spec.commandLine(), "say what to do: list, pull, verify, use or rollback");
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
      answer.put("upgrades", ModelChanges.of(store));
      out().println(new ObjectMapper().writeValueAsString(answer));
    } else {
      ModelsTable.print(out(), rows);
      ModelChanges.of(store).forEach(change -> out().println(change.words()));
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

  @Command(
      name = "use",
      description = {
        "Chooses an installed model for its task.",
        "Where another has described photos already, that one goes on serving until the server has"
            + " described everything by the new one; 'models list' shows how far that is."
      })
  int use(
      @Parameters(
              paramLabel = "TASK=ID",
              description =
                  "For example: face_embedding=mobilefacenet-128; the beginning of an id will do.")
          String choice,
      @Option(
              names = "--now",
              description =
                  "Change at once; what the new model has not described yet is not found until it"
                      + " is.")
          boolean now)
      throws IOException {
    String[] parts = choice.split("=", 2);
    if (parts.length != 2) {
      throw new ConfigurationException("'" + choice + "' is not of the form TASK=ID");
    }
    ModelStore store = store();
    ModelSpec model = manifest.resolve(parts[0], parts[1]);
    Optional<ModelSpec> calledOff = store.successor(parts[0]);
    if (now) {
      store.use(model.id());
    }
    if (store.request(model.id())) {
      out().println(parts[0] + " now uses " + model.id());
      calledOff
          .filter(other -> !other.equals(model))
          .ifPresent(other -> out().println("the change to " + other.id() + " is called off"));
    } else {
      out()
          .println(
              parts[0]
                  + " goes on using "
                  + store.choice(parts[0]).orElseThrow()
                  + " until everything is described by "
                  + model.id()
                  + " (see: minsight models list)");
    }
    return CommandLine.ExitCode.OK;
  }

  @Command(
      name = "rollback",
      description =
          "Calls a change of models off, or goes back to the model that was in use before, at"
              + " once.")
  int rollback(@Parameters(paramLabel = "TASK", description = "Its task.") String task)
      throws IOException {
    if (!manifest.tasks().contains(task)) {
      throw new NotFoundException(
          "there is no task " + task + "; there are " + String.join(", ", manifest.tasks()));
    }
    out().println(task + " now uses " + store().rollBack(task) + " again");
    return CommandLine.ExitCode.OK;
  }

  private ModelStore store() {
    return new ModelStore(home.resolve("models"), manifest);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
