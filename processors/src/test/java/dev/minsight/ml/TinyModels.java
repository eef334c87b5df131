package dev.minsight.ml;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Models of a few hundred bytes and manifests that list them. */
final class TinyModels {

  private TinyModels() {}

  /** Mean red, green and blue of a picture of 8 x 8 pixels, red multiplied by a factor. */
  static byte[] meanColour(float redFactor) {
    OnnxGraph graph = new OnnxGraph("mean_colour");
    String pixels = graph.input("pixels", 1, 3, 8, 8);
    String means = graph.node("GlobalAveragePool", List.of(pixels));
    String flat = graph.node("Reshape", List.of(means, graph.constant(1L, 3L)));
    graph.named(
        "Mul", List.of(flat, graph.constant(new float[] {redFactor, 1, 1}, 1, 3)), "embedding");
    return graph.model("embedding", 1, 3);
  }

  /** Two tokens: the mean colour, and twice it with red and blue exchanged. */
  static byte[] twoTokens() {
    OnnxGraph graph = new OnnxGraph("two_tokens");
    String pixels = graph.input("pixels", 1, 3, 8, 8);
    String means = graph.node("GlobalAveragePool", List.of(pixels));
    String flat = graph.node("Reshape", List.of(means, graph.constant(1L, 1L, 3L)));
    float[] exchange = {0, 0, 2, 0, 2, 0, 2, 0, 0};
    String other = graph.node("MatMul", List.of(flat, graph.constant(exchange, 3, 3)));
    graph.named("Concat", List.of(flat, other), "tokens", OnnxGraph.Attribute.number("axis", 1));
    return graph.model("tokens", 1, 2, 3);
  }

  /** Takes seconds: many convolutions over a large picture. */
  static byte[] slow(int side) {
    OnnxGraph graph = new OnnxGraph("slow");
    String maps = graph.input("pixels", 1, 3, side, side);
    float[] weights = new float[3 * 3 * 9 * 9];
    Arrays.fill(weights, 0.001f);
    for (int layer = 0; layer < 300; layer++) {
      maps =
          graph.node(
              "Conv",
              List.of(maps, graph.constant(weights, 3, 3, 9, 9)),
              OnnxGraph.Attribute.ints("pads", 4, 4, 4, 4));
    }
    graph.named("GlobalAveragePool", List.of(maps), "embedding");
    return graph.model("embedding", 1, 3, 1, 1);
  }

  /** A manifest entry of task {@code clip_embedding} for the given bytes. */
  static String entry(String id, byte[] model, String extra) {
    return """
          - id: %s
            task: clip_embedding
            file: %s.onnx
            size: %d
            sha256: %s
            licence: none
            urls: [http://localhost/none]
            input: {colour: rgb, scale: 1, mean: [0, 0, 0], std: [1, 1, 1],
                    resize: {mode: stretch, size: 8, filter: box}}
            output: {pooling: vector, dimension: 3}
            thresholds: {search: 0.5}
            %s
        """
        .formatted(id, id, model.length, sha256(model), extra);
  }

  /** Writes and loads a manifest. */
  static ModelManifest manifest(Path folder, String... entries) throws IOException {
    Path file = Files.createDirectories(folder).resolve("models.yaml");
    Files.writeString(file, "models:\n" + String.join("", entries));
    return ModelManifest.load(file);
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
