package dev.minsight.media;

/**
 * Along one side of a picture: which source positions make an output position, and their weights.
 *
 * @param first source position, for each output position
 * @param fixed the weights of that source position and the following, fixed point; null for a side
 *     that keeps its size
 */
record ResamplingWeights(int[] first, int[][] fixed) {

  /** Bits after the point of a weight: 8 bits of value, 22 of weight and 2 spare fill an int. */
  static final int PRECISION_BITS = 32 - 8 - 2;

  /** Where sums begin, so that cutting off the fraction rounds. */
  static final int HALF = 1 << (PRECISION_BITS - 1);

  private static final int[] ALL = {1 << PRECISION_BITS};

  static ResamplingWeights of(int sourceSize, int size, Resampling.Filter filter) {
    ResamplingWeights weights = new ResamplingWeights(new int[size], new int[size][]);
    if (sourceSize == size) {
      weights.keepAll();
      return weights;
    }
    double scale = (double) sourceSize / size;
    double stretch = Math.max(scale, 1);
    double support = filter.support() * stretch;
    for (int i = 0; i < size; i++) {
      double centre = (i + 0.5) * scale;
      int first = Math.max(0, (int) (centre - support + 0.5));
      int count = Math.min(sourceSize, (int) (centre + support + 0.5)) - first;
      weights.first[i] = first;
      weights.fixed[i] = fixedPoint(first, count, centre, stretch, filter);
    }
    return weights;
  }

  /** Each position is made of itself alone, which changes nothing. */
  private void keepAll() {
    for (int i = 0; i < first.length; i++) {
      first[i] = i;
      fixed[i] = ALL;
    }
  }

  private static int[] fixedPoint(
      int first, int count, double centre, double stretch, Resampling.Filter filter) {
    double[] exact = new double[count];
    double sum = 0;
    double perPixel = 1 / stretch;
    for (int k = 0; k < count; k++) {
      exact[k] = filter.weight((k + first - centre + 0.5) * perPixel);
      sum += exact[k];
    }
    int[] fixed = new int[count];
    for (int k = 0; k < count; k++) {
      double normalised = (sum == 0 ? exact[k] : exact[k] / sum) * (1 << PRECISION_BITS);
      fixed[k] = (int) (normalised < 0 ? normalised - 0.5 : normalised + 0.5);
    }
    return fixed;
  }

  /** How many output positions there are. */
  int size() {
    return first.length;
  }

  /** First source position of an output position. */
  int first(int output) {
    return first[output];
  }

  /** The source position after the last of an output position. */
  int end(int output) {
    return first[output] + fixed[output].length;
  }

  /** The source position after the last that is used at all. */
  int end() {
    return end(size() - 1);
  }

  /** The most source positions of one output position. */
  int longest() {
    int longest = 0;
    for (int[] weights : fixed) {
      longest = Math.max(longest, weights.length);
    }
    return longest;
  }

  /** The most output positions that share a source position. */
  int overlap() {
    int overlap = 0;
    int oldest = 0;
    for (int output = 0; output < size(); output++) {
      while (end(oldest) <= first[output]) {
        oldest++;
      }
      overlap = Math.max(overlap, output - oldest + 1);
    }
    return overlap;
  }
}
