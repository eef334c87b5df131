package dev.minsight.insight;

import dev.minsight.ml.ModelManifest;
import dev.minsight.ml.ModelSpec;
import dev.minsight.testing.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A server that knows more models than are packaged, without anything to download: the bundled ones
 * under other names, and one of them for a task with vectors of another length.
 */
final class OtherModels {

  /** Like the bundled DINO model, with the 512 numbers of CLIP instead of 384. */
  static final String LONGER_DINO = "dino-longer";

  /** The bundled face model under another name. */
  static final String OTHER_FACES = "faces-other";

  private OtherModels() {}

  static PhotoServer start(Path home, String... properties) {
    ModelManifest manifest = manifest(home.resolve("other-models"));
    keep(home, LONGER_DINO, "clip_embedding_lite.onnx");
    keep(home, OTHER_FACES, "face_embedding_lite.onnx");
    return PhotoServer.over(
        TestServer.start(
            home,
            context ->
                context.registerBean(
                    "otherModels",
                    ModelManifest.class,
                    () -> manifest,
                    definition -> definition.setPrimary(true)),
            PhotoServer.withoutAccounts(properties)));
  }

  private static ModelManifest manifest(Path folder) {
    ModelManifest packaged = ModelManifest.packaged();
    String entries =
        entry(LONGER_DINO, "dino_embedding", packaged.find("clip-embedding-lite").orElseThrow())
            + """
                input: {tensor: pixels, colour: rgb, scale: 0.00392156862745098, mean: [0, 0, 0],
                        std: [1, 1, 1], resize: {mode: stretch, size: 224, filter: bilinear}}
                output: {tensor: embedding, pooling: vector, dimension: 512}
                thresholds: {search: 0.7}
            """
            + entry(
                OTHER_FACES, "face_embedding", packaged.find("face-embedding-lite").orElseThrow())
            + """
                input: *mobilefacenet-input
                output: *mobilefacenet-output
                thresholds: {sure: 0.35, uncertain: 0.25, margin: 0.05}
            """;
    try {
      Files.createDirectories(folder);
      return ModelManifest.load(
          Files.writeString(
              folder.resolve("models.yaml"), text("ml-models/models.yaml") + "\n" + entries));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String entry(String id, String task, ModelSpec bytes) {
    return """
          - id: %s
            task: %s
            file: %s.onnx
            urls: [http://localhost/none]
            size: %d
            sha256: %s
            licence: none
        """
        .formatted(id, task, id, bytes.size(), bytes.sha256());
  }

  private static void keep(Path home, String id, String bundled) {
    try (InputStream bytes = resource("ml-models/lite/" + bundled)) {
      Path away = Files.createDirectories(home.resolve("away"));
      Files.write(away.resolve(id + ".onnx"), bytes.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Puts a model into the models folder, where a running server finds it. */
  static Path bring(Path home, String id) {
    try {
      Files.createDirectories(home.resolve("models"));
      Path target = home.resolve("models").resolve(id + ".onnx");
      Files.deleteIfExists(target);
      return Files.copy(home.resolve("away").resolve(id + ".onnx"), target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(String resource) throws IOException {
    try (InputStream in = resource(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static InputStream resource(String name) {
    return OtherModels.class.getClassLoader().getResourceAsStream(name);
  }
}
