package dev.minsight.ml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.media.Resampling;
import dev.minsight.support.ConfigurationException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Reads and checks the manifest. All that is wrong is told at once, each with the model and the
 * field, because whoever edits a list of models should not have to start the program per mistake.
 */
final class ManifestReader {

  private static final Set<String> FIELDS =
      Set.of(
          "id",
          "task",
          "default",
          "lite",
          "file",
          "urls",
          "size",
          "sha256",
          "companions",
          "licence",
          "note",
          "pairs_with",
          "input",
          "output",
          "thresholds");

  private final List<String> errors = new ArrayList<>();

  /** The model being read, as the errors name it. */
  private String where = "";

  private ManifestReader() {}

  static List<ModelSpec> read(String source, InputStream yaml) {
    JsonNode root = parse(source, yaml);
    ManifestReader reader = new ManifestReader();
    List<ModelSpec> models = new ArrayList<>();
    JsonNode list = root.path("models");
    if (list.isArray() && !list.isEmpty()) {
      for (int i = 0; i < list.size(); i++) {
        models.add(reader.model(list.get(i), i));
      }
    } else {
      reader.errors.add("'models' must be a list with at least one model");
    }
    reader.checkTogether(models);
    if (!reader.errors.isEmpty()) {
      throw new ConfigurationException(
          "model manifest " + source + ": " + String.join("; ", reader.errors));
    }
    return models;
  }

  private static JsonNode parse(String source, InputStream yaml) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    try {
      // Not Jackson's YAML reader: it does not follow anchors and merge keys.
      Object tree = new Yaml(new SafeConstructor(options)).load(yaml);
      return new ObjectMapper().valueToTree(tree);
    } catch (YAMLException e) {
      throw new ConfigurationException(
          "model manifest " + source + " is not valid YAML: " + e.getMessage(), e);
    }
  }

  private ModelSpec model(JsonNode node, int index) {
    String id = node.path("id").asText("");
    where = id.isEmpty() ? "model " + (index + 1) : id;
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!FIELDS.contains(name)) {
                error(name, "is not a known field");
              }
            });
    boolean lite = node.path("lite").asBoolean(false);
    String task = text(node, "task");
    ModelOutput output = output(node.path("output"));
    return new ModelSpec(
        text(node, "id"),
        task,
        node.path("default").asBoolean(false),
        lite,
        fileName(node),
        urls(node.path("urls"), lite),
        (long) number(node, "size", 1, Long.MAX_VALUE),
        sha256(node),
        companions(node.path("companions")),
        text(node, "licence"),
        node.path("note").asText("").strip(),
        node.path("pairs_with").asText(""),
        input(task, node.path("input")),
        output,
        thresholds(task, node.path("thresholds")));
  }

  private String sha256(JsonNode node) {
    return matching(node, "sha256", "[0-9a-f]{64}", "64 lower-case hex digits");
  }

  private List<ModelPart> companions(JsonNode list) {
    List<ModelPart> companions = new ArrayList<>();
    for (JsonNode node : list) {
      companions.add(
          new ModelPart(
              fileName(node),
              urls(node.path("urls"), false),
              (long) number(node, "size", 1, Long.MAX_VALUE),
              sha256(node)));
    }
    return List.copyOf(companions);
  }

  private ModelInput input(String task, JsonNode node) {
    String tensor = node.path("tensor").asText("");
    if (task.equals(ModelTask.CLIP_TEXT)) {
      return new ModelInput.Text(tensor, (int) number(node, "max_tokens", 1, 4096));
    }
    boolean bgr = matching(node, "colour", "rgb|bgr", "rgb or bgr").equals("bgr");
    float scale = (float) number(node, "scale", 1e-6, 1e6);
    List<Float> std = three(node, "std");
    if (std.contains(0f)) {
      error("input.std", "must not be 0");
    }
    return new ModelInput.Image(tensor, bgr, scale, three(node, "mean"), std, resize(node));
  }

  private ModelInput.Resize resize(JsonNode input) {
    JsonNode node = input.path("resize");
    Resampling.Filter filter = oneOf(node, "filter", Resampling.Filter.values());
    String mode = node.path("mode").asText("");
    switch (mode) {
      case "stretch":
        return new ModelInput.Resize.Stretch(side(node, "size"), filter);
      case "centre_crop":
        int size = side(node, "size");
        int shorter = side(node, "shorter_side");
        if (shorter < size) {
          error("resize.shorter_side", "must be at least resize.size");
        }
        return new ModelInput.Resize.CentreCrop(shorter, size, filter);
      case "letterbox":
        int canvas = node.has("canvas") ? side(node, "canvas") : 0;
        return new ModelInput.Resize.Letterbox(side(node, "multiple"), canvas, filter);
      default:
        error("input.resize.mode", "must be stretch, centre_crop or letterbox");
        return new ModelInput.Resize.Stretch(1, filter);
    }
  }

  private ModelOutput output(JsonNode node) {
    ModelOutput.Pooling pooling = oneOf(node, "pooling", ModelOutput.Pooling.values());
    int dimension =
        pooling == ModelOutput.Pooling.YUNET ? 0 : (int) number(node, "dimension", 1, 65536);
    ModelOutput.Landmarks landmarks =
        node.has("landmarks")
            ? oneOf(node, "landmarks", ModelOutput.Landmarks.values())
            : ModelOutput.Landmarks.BEST;
    return new ModelOutput(node.path("tensor").asText(""), pooling, dimension, landmarks);
  }

  private Thresholds thresholds(String task, JsonNode node) {
    switch (task) {
      case ModelTask.FACE_DETECTION:
        return new Thresholds.Detection(
            number(node, "confidence", 0, 1), number(node, "nms", 0, 1), side(node, "long_side"));
      case ModelTask.FACE_EMBEDDING:
        double sure = number(node, "sure", -1, 1);
        double uncertain = number(node, "uncertain", -1, 1);
        if (uncertain > sure) {
          error("thresholds.uncertain", "must not be above thresholds.sure");
        }
        return new Thresholds.Matching(sure, uncertain, number(node, "margin", 0, 1));
      default:
        return new Thresholds.Similarity(number(node, "search", -1, 1));
    }
  }

  private void checkTogether(List<ModelSpec> models) {
    Set<String> ids = new HashSet<>();
    Set<String> files = new HashSet<>();
    Set<String> preferred = new HashSet<>();
    Set<String> lite = new HashSet<>();
    Map<String, ModelPart> companions = new HashMap<>();
    for (ModelSpec model : models) {
      where = model.id();
      check(ids.add(model.id()), "id", "is used twice");
      check(files.add(model.lite() + "/" + model.file()), "file", "is used twice");
      check(!model.preferred() || !model.lite(), "default", "a bundled model cannot be it");
      check(!model.preferred() || preferred.add(model.task()), "default", "its task has two");
      check(!model.lite() || lite.add(model.task()), "lite", "its task has two bundled models");
      for (ModelPart part : model.companions()) {
        check(!files.contains("false/" + part.file()), "companions", "name a model's own file");
        ModelPart same = companions.putIfAbsent(part.file(), part);
        check(same == null || same.equals(part), "companions", "differ in " + part.file());
      }
    }
  }

  private String fileName(JsonNode node) {
    return matching(node, "file", "[A-Za-z0-9][A-Za-z0-9._-]*", "a plain file name");
  }

  private List<URI> urls(JsonNode node, boolean lite) {
    List<URI> urls = new ArrayList<>();
    for (JsonNode url : node) {
      try {
        URI uri = URI.create(url.asText());
        check(
            "https".equals(uri.getScheme()) || "http".equals(uri.getScheme()),
            "urls",
            "'" + url.asText() + "' is neither https nor http");
        urls.add(uri);
      } catch (IllegalArgumentException e) {
        error("urls", "'" + url.asText() + "' is not a URL");
      }
    }
    check(lite || !urls.isEmpty(), "urls", "must name at least one place to get the model from");
    return List.copyOf(urls);
  }

  private List<Float> three(JsonNode node, String name) {
    List<Float> values = new ArrayList<>();
    node.path(name).forEach(value -> values.add((float) value.asDouble()));
    if (values.size() != 3) {
      error("input." + name, "must be three numbers, one per colour plane");
      return List.of(1f, 1f, 1f);
    }
    return List.copyOf(values);
  }

  private int side(JsonNode node, String name) {
    return (int) number(node, name, 1, 8192);
  }

  private double number(JsonNode node, String name, double lowest, double highest) {
    JsonNode value = node.path(name);
    if (!value.isNumber() || value.asDouble() < lowest || value.asDouble() > highest) {
      error(name, "must be a number from " + plain(lowest) + " to " + plain(highest));
      return lowest;
    }
    return value.asDouble();
  }

  private static String plain(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }

  private <E extends Enum<E>> E oneOf(JsonNode node, String name, E[] values) {
    for (E value : values) {
      if (value.name().equalsIgnoreCase(node.path(name).asText(""))) {
        return value;
      }
    }
    error(name, "must be one of " + Arrays.toString(values).toLowerCase(Locale.ROOT));
    return values[0];
  }

  private String text(JsonNode node, String name) {
    return matching(node, name, "(?s).*\\S.*", "a text");
  }

  private String matching(JsonNode node, String name, String pattern, String what) {
    String value = node.path(name).asText("");
    check(value.matches(pattern), name, "must be " + what);
    return value;
  }

  private void check(boolean right, String field, String message) {
    if (!right) {
      error(field, message);
    }
  }

  private void error(String field, String message) {
    errors.add(where + ": " + field + " " + message);
  }
}
