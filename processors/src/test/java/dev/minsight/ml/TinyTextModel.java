package dev.minsight.ml;

import dev.minsight.ml.OnnxGraph.Attribute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * A real ONNX text model of 130 kB: the sum of a vector for each token that counts. Tokens share 64
 * vectors, so it knows few words apart, but the same words always give the same vector.
 */
public final class TinyTextModel {

  /** As the manifest of {@link #entry} calls it. */
  public static final String ID = "tiny-text";

  private static final int DIMENSION = 512;
  private static final int VECTORS = 64;
  private static final long FLOAT = 1;

  private TinyTextModel() {}

  /** With the two inputs of most exports, of any length. */
  public static byte[] masked() {
    OnnxGraph graph = new OnnxGraph("tiny_text");
    String ids = graph.integers("input_ids", 1, -1);
    String mask = graph.integers("attention_mask", 1, -1);
    String floats = graph.node("Cast", List.of(mask), Attribute.number("to", FLOAT));
    String column = graph.node("Unsqueeze", List.of(floats, graph.constant(2L)));
    String counted = graph.node("Mul", List.of(vectors(graph, ids), column));
    return sum(graph, counted);
  }

  /** With the ids alone, and always so many of them. */
  static byte[] fixed(int length) {
    OnnxGraph graph = new OnnxGraph("tiny_text");
    return sum(graph, vectors(graph, graph.integers("input", 1, length)));
  }

  /** Wants something that words do not have. */
  static byte[] withPixels() {
    OnnxGraph graph = new OnnxGraph("tiny_text");
    String ids = graph.integers("input_ids", 1, -1);
    graph.integers("pixel_values", 1, -1);
    return sum(graph, vectors(graph, ids));
  }

  private static String vectors(OnnxGraph graph, String ids) {
    float[] table = new float[VECTORS * DIMENSION];
    Random random = new Random(7);
    for (int i = 0; i < table.length; i++) {
      table[i] = (float) random.nextGaussian();
    }
    String rows = graph.node("Mod", List.of(ids, graph.constant((long) VECTORS)));
    return graph.node("Gather", List.of(graph.constant(table, VECTORS, DIMENSION), rows));
  }

  private static byte[] sum(OnnxGraph graph, String vectors) {
    graph.named(
        "ReduceSum",
        List.of(vectors, graph.constant(1L)),
        "text_embeds",
        Attribute.number("keepdims", 0));
    return graph.model("text_embeds", 1, DIMENSION);
  }

  /** The line of a manifest; its vocabulary is CLIP's own. */
  public static String entry(byte[] model, String pairsWith) {
    return """
          - id: %s
            task: clip_text
            pairs_with: %s
            file: %s.onnx
            urls: [http://localhost/none]
            size: %d
            sha256: %s
            companions:
              - file: bpe_simple_vocab_16e6.txt.gz
                urls:
                  - https://raw.githubusercontent.com/openai/CLIP/d05afc436d78f1c48dc0dbf8e5980a9d471f35f6/clip/bpe_simple_vocab_16e6.txt.gz
                size: 1356917
                sha256: 924691ac288e54409236115652ad4aa250f48203de50a9e4722a6ecd48d6804a
            licence: none
            input: {max_tokens: 77}
            output: {pooling: vector, dimension: %d}
            thresholds: {search: 0.2}
        """
        .formatted(ID, pairsWith, ID, model.length, TinyModels.sha256(model), DIMENSION);
  }

  /**
   * Puts the model and its vocabulary into a folder of models; skips the test without the latter.
   */
  public static void install(byte[] model, Path models) throws IOException {
    Path vocabulary = SharedFiles.find("models/bpe_simple_vocab_16e6.txt.gz");
    Files.createDirectories(models);
    Files.write(models.resolve(ID + ".onnx"), model);
    Files.write(models.resolve(vocabulary.getFileName()), Files.readAllBytes(vocabulary));
  }
}
