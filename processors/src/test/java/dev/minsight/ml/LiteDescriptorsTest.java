package dev.minsight.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.minsight.media.Resampling;
import dev.minsight.media.Resampling.Filter;
import dev.minsight.media.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bundled picture descriptors find copies and look-alikes, and claim no more. */
class LiteDescriptorsTest {

  /** {@code -Dminsight.lite.write=true} writes the files anew after a change of the generator. */
  private static final boolean WRITE = Boolean.getBoolean("minsight.lite.write");

  @TempDir static Path empty;

  private static VisionModels models;

  @BeforeAll
  static void open() {
    models =
        new VisionModels(
            new ModelStore(empty, ModelManifest.packaged()),
            new InferenceEngine(Duration.ofSeconds(30)));
  }

  @AfterAll
  static void close() {
    models.close();
  }

  @ParameterizedTest
  @DisplayName("The committed file is, byte for byte, what the generator makes, and small")
  @ValueSource(strings = {"clip", "dino"})
  void committedFileIsGenerated(String kind) throws IOException {
    byte[] made = kind.equals("clip") ? LiteDescriptors.clip() : LiteDescriptors.dino();
    String file = kind + "_embedding_lite.onnx";
    if (WRITE) {
      Files.write(Path.of("../ml-models/lite").resolve(file), made);
    }

    assertThat(made)
        .isEqualTo(new ModelFile.Packaged("ml-models/lite/" + file).read())
        .hasSizeLessThan(100_000);
  }

  @ParameterizedTest
  @DisplayName("The mixing matrices are orthogonal, so they keep every cosine")
  @ValueSource(ints = {1, 2, 12, 16, 32})
  void hadamard(int order) {
    float[] matrix = Hadamard.matrix(order);

    for (int a = 0; a < order; a++) {
      for (int b = 0; b < order; b++) {
        double dot = 0;
        for (int i = 0; i < order; i++) {
          dot += matrix[a * order + i] * matrix[b * order + i];
        }
        assertThat(dot).isCloseTo(a == b ? 1 : 0, within(1e-5));
      }
    }
  }

  @ParameterizedTest
  @DisplayName("Made-up scenes: copies score above the search threshold, other scenes far below")
  @ValueSource(strings = {ModelTask.CLIP_EMBEDDING, ModelTask.DINO_EMBEDDING})
  void madeUpScenes(String task) throws IOException {
    List<RgbImage> scenes =
        Stream.of(1L, 2L, 3L, 4L, 5L, 6L).map(seed -> Pictures.scene(seed, 480, 320)).toList();

    Scores scores = measure(task, scenes);

    assertThat(scores.copies()).allMatch(score -> score > threshold(task));
    assertThat(scores.strangers()).allMatch(score -> score < 0.6);
  }

  @ParameterizedTest
  @DisplayName(
      "Photos: nearly all copies score above the search threshold, strangers hardly ever above 0.6")
  @ValueSource(strings = {ModelTask.CLIP_EMBEDDING, ModelTask.DINO_EMBEDDING})
  void photos(String task) throws IOException {
    List<RgbImage> photos = new ArrayList<>();
    for (String photo :
        List.of(
            "groups/group_2_cf010.jpg",
            "groups/group_6_cf015.jpg",
            "groups/two_people.jpg",
            "groups/solvay1927.jpg",
            "nofaces/cf017_0.jpg",
            "nofaces/cyclamen_persicum.jpg",
            "nofaces/el_torcal_rocks.jpg",
            "nofaces/notocactus_minimus.jpg",
            "nofaces/prairie_falcon.jpg",
            "nofaces/silver_fir.jpg",
            "exif/DSCN0010.jpg",
            "exif/canon_ixus.jpg",
            "formats/baseball.jpg",
            "people/obama/obama_1.jpg",
            "people/vlado/vlado_1.jpg",
            "people/emotions_a/emotions_a_1.jpg")) {
      photos.add(SharedFiles.photo(photo));
    }

    Scores scores = measure(task, photos);

    assertThat(scores.copies()).allMatch(score -> score > threshold(task));
    assertThat(share(scores.strangers(), 0.6)).isLessThan(0.10);
    assertThat(scores.strangers()).allMatch(score -> score < threshold(task));
  }

  @ParameterizedTest
  @DisplayName("Pictures of one colour give numbers, and near-equal ones are alike")
  @ValueSource(strings = {ModelTask.CLIP_EMBEDDING, ModelTask.DINO_EMBEDDING})
  void plainPictures(String task) {
    Embedding white = models.embed(task, Pictures.plain(50, 80, 255));
    Embedding nearlyWhite = models.embed(task, Pictures.plain(50, 80, 252));
    Embedding scene = models.embed(task, Pictures.scene(1, 300, 200));

    assertThat(white.cosine(white)).isCloseTo(1, within(1e-5));
    assertThat(white.cosine(nearlyWhite)).isGreaterThan(0.95);
    assertThat(white.cosine(scene)).isLessThan(0.6);
  }

  @Test
  @DisplayName("The two see different things: a tint moves the colour vector, not the shape vector")
  void differInEmphasis() {
    RgbImage scene = Pictures.scene(7, 400, 300);
    byte[] tinted = scene.rgb().clone();
    for (int i = 0; i < tinted.length; i += 3) {
      tinted[i] = (byte) ((tinted[i] & 0xff) / 2);
    }
    RgbImage tint = new RgbImage(400, 300, tinted);

    double colour = cosine(ModelTask.CLIP_EMBEDDING, scene, tint);
    double shape = cosine(ModelTask.DINO_EMBEDDING, scene, tint);

    assertThat(shape).isGreaterThan(colour + 0.05);
  }

  private record Scores(List<Double> copies, List<Double> strangers) {}

  private static Scores measure(String task, List<RgbImage> pictures) throws IOException {
    List<Embedding> embeddings =
        pictures.stream().map(picture -> models.embed(task, picture)).toList();
    List<Double> copies = new ArrayList<>();
    List<Double> strangers = new ArrayList<>();
    for (int i = 0; i < pictures.size(); i++) {
      for (RgbImage copy : copies(pictures.get(i)).values()) {
        copies.add(embeddings.get(i).cosine(models.embed(task, copy)));
      }
      for (int other = 0; other < i; other++) {
        strangers.add(embeddings.get(i).cosine(embeddings.get(other)));
      }
    }
    return new Scores(copies, strangers);
  }

  private static Map<String, RgbImage> copies(RgbImage image) throws IOException {
    int w = image.width();
    int h = image.height();
    Map<String, RgbImage> copies = new LinkedHashMap<>();
    copies.put("encoded again, quality 30", encodedAgain(image, 0.3f));
    copies.put("half size", Resampling.resize(image, w / 2, h / 2, Filter.BICUBIC));
    copies.put("stretched", Resampling.resize(image, w, h * 9 / 10, Filter.LANCZOS));
    copies.put("cropped", Resampling.crop(image, w / 40, h / 40, w * 19 / 20, h * 19 / 20));
    copies.put("brighter", brightened(image, 1.15));
    copies.put("darker", brightened(image, 0.85));
    return copies;
  }

  private static RgbImage brightened(RgbImage image, double gain) {
    byte[] pixels = image.rgb().clone();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) Math.min(255, Math.round((pixels[i] & 0xff) * gain));
    }
    return new RgbImage(image.width(), image.height(), pixels);
  }

  private static RgbImage encodedAgain(RgbImage image, float quality) throws IOException {
    BufferedImage buffered =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < image.width() * image.height(); i++) {
      int rgb =
          (image.rgb()[i * 3] & 0xff) << 16
              | (image.rgb()[i * 3 + 1] & 0xff) << 8
              | (image.rgb()[i * 3 + 2] & 0xff);
      buffered.setRGB(i % image.width(), i / image.width(), rgb);
    }
    ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(jpeg)) {
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      parameters.setCompressionQuality(quality);
      writer.setOutput(out);
      writer.write(null, new IIOImage(buffered, null, null), parameters);
    } finally {
      writer.dispose();
    }
    return SharedFiles.rgb(ImageIO.read(new ByteArrayInputStream(jpeg.toByteArray())));
  }

  private static double cosine(String task, RgbImage one, RgbImage two) {
    return models.embed(task, one).cosine(models.embed(task, two));
  }

  private static double threshold(String task) {
    return models.serving(task).similarity().search();
  }

  private static double share(List<Double> scores, double above) {
    return (double) scores.stream().filter(score -> score > above).count() / scores.size();
  }
}
