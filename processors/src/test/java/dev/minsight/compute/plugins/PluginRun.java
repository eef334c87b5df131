package dev.minsight.compute.plugins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.compute.Parameters;
import dev.minsight.compute.Plugin;
import dev.minsight.compute.Work;
import dev.minsight.media.DecodedImage;
import dev.minsight.media.Fixtures;
import dev.minsight.media.MediaSniffer;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Validation;
import jakarta.validation.ValidatorFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Runs a plugin as a worker would, without queue and database: parameters as they come by HTTP, a
 * folder of its own.
 *
 * @param <P> parameters of the plugin
 * @param <O> output of the plugin
 */
final class PluginRun<P extends Record, O extends Record> {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Plugin<P, O> plugin;
  private final Path folder;

  PluginRun(Plugin<P, O> plugin, Path folder) {
    this.plugin = plugin;
    this.folder = folder;
  }

  /** What a run left behind. */
  record Done<O extends Record>(O output, Map<String, Object> taskOutput, Path folder) {

    Path file(String path) {
      return folder.resolve(path);
    }

    JsonNode json(String path) throws IOException {
      return JSON.readTree(file(path).toFile());
    }

    /** As clients see it. */
    JsonNode wire() {
      return JSON.valueToTree(taskOutput);
    }
  }

  /** Parameters as of a form; those out of bounds throw. */
  P parameters(Map<String, ?> form) {
    P parameters = Parameters.of(plugin.parameters()).read(form);
    try (ValidatorFactory validators = Validation.buildDefaultValidatorFactory()) {
      var violations = validators.getValidator().validate(parameters);
      if (!violations.isEmpty()) {
        throw new ConstraintViolationException(violations);
      }
    }
    return parameters;
  }

  Done<O> run(Path input, Map<String, ?> form) {
    P parameters = parameters(form);
    try {
      Path job = Files.createTempDirectory(folder, "job");
      Path target = job.resolve(plugin.outputPath(parameters, input.getFileName().toString()));
      Files.createDirectories(target.getParent());
      O output = plugin.run(parameters, new OneFile(job, input, target)).output();
      return new Done<>(output, Parameters.write(output), job);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record OneFile(Path folder, Path input, Path output) implements Work {
    @Override
    public List<Path> inputs() {
      return List.of(input);
    }

    @Override
    public boolean ofPhoto() {
      return false;
    }

    @Override
    public DecodedImage picture(int minLongSide) {
      return Fixtures.DECODER.decode(input, MediaSniffer.sniff(input), minLongSide);
    }

    @Override
    public Path media(String path) {
      throw new IllegalArgumentException("this job has no path " + path);
    }

    @Override
    public void progress(int percent) {
      // nobody listens
    }
  }
}
