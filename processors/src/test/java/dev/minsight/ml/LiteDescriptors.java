package dev.minsight.ml;

import dev.minsight.ml.OnnxGraph.Attribute;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds the two bundled picture descriptors, {@code clip_embedding_lite.onnx} and {@code
 * dino_embedding_lite.onnx}, by hand: nothing in them was learned.
 *
 * <p>Both measure colours and edges in overlapping cells of the picture (after the colour layout of
 * MPEG-7 and the oriented gradients of Dalal and Triggs, 2005), centre each group of measurements
 * so that unrelated pictures point in unrelated directions, bring the groups to length 1 and weigh
 * them. A Hadamard matrix then spreads the result over all values; being orthogonal, it keeps every
 * cosine. They find copies and look-alikes and know nothing about what a picture shows.
 *
 * <p>StrictMath only: the same bytes must come out on every machine.
 */
final class LiteDescriptors {

  /** Side of the input in pixels. */
  private static final int SIDE = 224;

  /** Side of the maps that cells are read from; each value is a mean of 8 x 8 pixels. */
  private static final int MAP = 28;

  /** Edges are told apart by eight directions, dark-to-light and light-to-dark being two. */
  private static final int DIRECTIONS = 8;

  /** Mean brightness of photographs; taken off so that an average picture is near the origin. */
  private static final float MIDDLE_GREY = 0.45f;

  /** Colour differences are smaller than brightness differences by about this factor. */
  private static final float CHROMA_GAIN = 2.5f;

  /** Squared length below which a group of measurements fades out instead of showing noise. */
  private static final float FAINT = 0.03f;

  private final OnnxGraph graph;
  private final List<String> groups = new ArrayList<>();
  private final String colours;
  private int length;

  private LiteDescriptors(String name) {
    this.graph = new OnnxGraph(name);
    this.colours = colours(graph.input("pixels", 1, 3, SIDE, SIDE));
  }

  /** Colour and coarse layout before edges; 512 values. */
  static byte[] clip() {
    LiteDescriptors descriptor = new LiteDescriptors("clip_embedding_lite");
    descriptor.addLayout(descriptor.colours, 3, 5, 1);
    descriptor.addHistogram(0.56);
    descriptor.addEdges(5, 0.7, 0.3);
    return descriptor.model(16, 32);
  }

  /** Edges and shapes before brightness, hardly any colour; 384 values. */
  static byte[] dino() {
    LiteDescriptors descriptor = new LiteDescriptors("dino_embedding_lite");
    descriptor.addEdges(6, 1, 0.4);
    descriptor.addLayout(descriptor.evenLuma(), 1, 6, 0.5);
    descriptor.addLayout(descriptor.channels(1, 3), 2, 2, 0.15);
    return descriptor.model(12, 32);
  }

  /** Luma around middle grey and amplified colour differences (ITU-R BT.601). */
  private String colours(String pixels) {
    float[] matrix = {
      0.299f, 0.587f, 0.114f, -0.168736f, -0.331264f, 0.5f, 0.5f, -0.418688f, -0.081312f
    };
    for (int i = 3; i < matrix.length; i++) {
      matrix[i] *= CHROMA_GAIN;
    }
    return graph.node(
        "Conv",
        List.of(
            pixels,
            graph.constant(matrix, 3, 3, 1, 1),
            graph.constant(new float[] {-MIDDLE_GREY, 0, 0}, 3)));
  }

  private String channels(int from, int to) {
    return graph.node(
        "Slice",
        List.of(
            colours, graph.constant((long) from), graph.constant((long) to), graph.constant(1L)));
  }

  /** Luma with mean 0 and deviation 1, so that exposure and contrast do not matter. */
  private String evenLuma() {
    return graph.node(
        "InstanceNormalization",
        List.of(
            channels(0, 1), graph.constant(new float[] {1}, 1), graph.constant(new float[] {0}, 1)),
        Attribute.real("epsilon", 0.004f));
  }

  private void addLayout(String maps, int channels, int grid, double weight) {
    add(cells(averaged(maps, SIDE / MAP), channels, grid), channels * grid * grid, weight);
  }

  /**
   * How much of the picture, and of its quarters, is near each of 28 colours. Nearness is a softmax
   * of negative squared distances; the square of the pixel itself cancels, which leaves a
   * convolution. Roots make small shares count (Hellinger).
   */
  private void addHistogram(double weight) {
    List<double[]> palette = palette();
    int count = palette.size();
    double spread = 2 * 0.13 * 0.13;
    float[] weights = new float[count * 3];
    float[] offsets = new float[count];
    for (int i = 0; i < count; i++) {
      for (int c = 0; c < 3; c++) {
        double value = palette.get(i)[c];
        weights[i * 3 + c] = (float) (2 * value / spread);
        offsets[i] -= (float) (value * value / spread);
      }
    }
    String nearness =
        graph.node(
            "Conv",
            List.of(
                averaged(colours, 2),
                graph.constant(weights, count, 3, 1, 1),
                graph.constant(offsets, count)));
    String shares =
        averaged(
            graph.node("Softmax", List.of(nearness), Attribute.number("axis", 1)), SIDE / MAP / 2);
    String whole = graph.node("GlobalAveragePool", List.of(shares));
    add(centred(root(cells(shares, count, 2)), 1), count * 4, weight);
    add(centred(root(whole), 1), count, weight);
  }

  /** Four greys and, at the same brightness, six hues each. */
  private static List<double[]> palette() {
    List<double[]> palette = new ArrayList<>();
    for (double luma : new double[] {0.1, 0.35, 0.6, 0.85}) {
      palette.add(new double[] {luma - MIDDLE_GREY, 0, 0});
      for (int hue = 0; hue < 6; hue++) {
        double angle = hue * StrictMath.PI / 3;
        palette.add(
            new double[] {
              luma - MIDDLE_GREY, 0.35 * StrictMath.cos(angle), 0.35 * StrictMath.sin(angle)
            });
      }
    }
    return palette;
  }

  /** Which way edges run in each cell, and apart from that where there are many. */
  private void addEdges(int grid, double weight, double densityWeight) {
    String edges =
        graph.node(
            "Conv",
            List.of(averaged(evenLuma(), 2), graph.constant(slopes(), DIRECTIONS, 1, 5, 5)),
            Attribute.ints("pads", 2, 2, 2, 2));
    String maps = averaged(graph.node("Relu", List.of(edges)), SIDE / MAP / 2);
    String strength = root(cells(maps, DIRECTIONS, grid));
    String density = graph.node("ReduceMean", List.of(strength), Attribute.ints("axes", 1));
    add(graph.node("Sub", List.of(strength, density)), DIRECTIONS * grid * grid, weight);
    add(centred(density, 2, 3), grid * grid, densityWeight);
  }

  /** Derivatives of a Gaussian of deviation 1 pixel, one per direction. */
  private static float[] slopes() {
    float[] kernels = new float[DIRECTIONS * 25];
    int i = 0;
    for (int direction = 0; direction < DIRECTIONS; direction++) {
      double angle = 2 * StrictMath.PI * direction / DIRECTIONS;
      for (int y = -2; y <= 2; y++) {
        for (int x = -2; x <= 2; x++) {
          double along = x * StrictMath.cos(angle) + y * StrictMath.sin(angle);
          kernels[i++] = (float) (along * StrictMath.exp(-(x * x + y * y) / 2.0));
        }
      }
    }
    return kernels;
  }

  /**
   * Reads maps through overlapping Gaussian windows; a slight crop moves little from one window to
   * the next.
   */
  private String cells(String maps, int channels, int grid) {
    int window = grid == 2 ? 16 : 8;
    int step = (MAP - window) / (grid - 1);
    double deviation = window / 3.2;
    double middle = (window - 1) / 2.0;
    double[] bell = new double[window];
    double sum = 0;
    for (int i = 0; i < window; i++) {
      bell[i] = StrictMath.exp(-(i - middle) * (i - middle) / (2 * deviation * deviation));
      sum += bell[i];
    }
    float[] weights = new float[channels * window * window];
    for (int i = 0; i < weights.length; i++) {
      int place = i % (window * window);
      weights[i] = (float) (bell[place / window] * bell[place % window] / (sum * sum));
    }
    return graph.node(
        "Conv",
        List.of(maps, graph.constant(weights, channels, 1, window, window)),
        Attribute.number("group", channels),
        Attribute.ints("strides", step, step));
  }

  private String averaged(String maps, int by) {
    return graph.node(
        "AveragePool",
        List.of(maps),
        Attribute.ints("kernel_shape", by, by),
        Attribute.ints("strides", by, by));
  }

  private String root(String values) {
    return graph.node("Sqrt", List.of(values));
  }

  private String centred(String values, long... axes) {
    String mean = graph.node("ReduceMean", List.of(values), Attribute.ints("axes", axes));
    return graph.node("Sub", List.of(values, mean));
  }

  private void add(String values, int count, double weight) {
    String flat = graph.node("Reshape", List.of(values, graph.constant(1L, count)));
    String weighed =
        graph.node(
            "Mul", List.of(unit(flat, FAINT), graph.constant(new float[] {(float) weight}, 1)));
    groups.add(weighed);
    length += count;
  }

  /** The values at length 1, or shorter where there is hardly anything to see. */
  private String unit(String values, float faint) {
    String squares = graph.node("ReduceSumSquare", List.of(values), Attribute.ints("axes", 1));
    String kept = graph.node("Add", List.of(squares, graph.constant(new float[] {faint}, 1)));
    return graph.node("Div", List.of(values, root(kept)));
  }

  /** Joins the groups, fills up to {@code rows * columns} values and mixes them. */
  private byte[] model(int rows, int columns) {
    int size = rows * columns;
    float[] rest = new float[size - length];
    // Something that is always there, so that pictures of one colour are alike and not noise.
    rest[0] = 0.15f;
    groups.add(graph.constant(rest, 1, rest.length));
    String joined = graph.node("Concat", groups, Attribute.number("axis", 1));
    String table =
        graph.node("Reshape", List.of(unit(joined, 1e-12f), graph.constant((long) rows, columns)));
    String left =
        graph.node("MatMul", List.of(graph.constant(Hadamard.matrix(rows), rows, rows), table));
    String mixed =
        graph.node(
            "MatMul", List.of(left, graph.constant(Hadamard.matrix(columns), columns, columns)));
    graph.named("Reshape", List.of(mixed, graph.constant(1L, size)), "embedding");
    return graph.model("embedding", 1, size);
  }
}
