package dev.minsight.media;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Brings the rows of a picture to another width, some rows at a time.
 *
 * <p>An output pixel is the same weighted sum in each row, so the samples are turned: one array for
 * each column, with the samples of that column in all rows side by side, and a column of the result
 * is a weighted sum of such arrays. The columns are turned piece by piece, to stay in the cache.
 */
final class RowReduction {

  /** Samples of a column; enough that a loop over them runs at full speed. */
  private static final int COLUMN = 384;

  /** Columns that are turned at once, unless the weights reach further. */
  private static final int PIECE = 256;

  /** A piece is so many times the reach of the weights, since its end is turned again. */
  private static final int REACHES = 4;

  private static final VarHandle FOUR_BYTES =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] source;
  private final int bands;
  private final int stride;
  private final ResamplingWeights weights;
  private final int endRow;
  private final boolean sameWidth;
  private final int most;
  private final int[][] columns;
  private final int[] column;
  private final int[] result;
  private final int[] row;
  private int rows;
  private int firstRow;

  /**
   * @param source rows of samples
   * @param bands samples of a pixel: 1 or 3
   * @param fullWidth of the source in pixels
   * @param weights which columns make a column of the result
   * @param endRow row after the last that is wanted
   */
  RowReduction(byte[] source, int bands, int fullWidth, ResamplingWeights weights, int endRow) {
    this.source = source;
    this.bands = bands;
    this.stride = fullWidth * bands;
    this.weights = weights;
    this.endRow = endRow;
    this.sameWidth = fullWidth == weights.size();
    this.most = Math.min(COLUMN / bands, endRow);
    this.row = new int[weights.size() * bands];
    int piece = Math.min(fullWidth, Math.max(PIECE, weights.longest() * REACHES));
    this.columns = sameWidth ? null : new int[piece][most * bands];
    this.column = new int[most * bands];
    this.result = sameWidth ? null : new int[most * row.length];
  }

  /**
   * Reads some rows.
   *
   * @param first of the rows
   */
  void read(int first) {
    firstRow = first;
    rows = Math.min(most, endRow - first);
    if (sameWidth) {
      return;
    }
    int start = 0;
    while (start < weights.size()) {
      int left = weights.first(start);
      int end = start + 1;
      while (end < weights.size() && weights.end(end) - left <= columns.length) {
        end++;
      }
      for (int x = left; x < weights.end(end - 1); x++) {
        turn(x, columns[x - left]);
      }
      for (int x = start; x < end; x++) {
        sum(weights.fixed()[x], weights.first(x) - left);
        put(x);
      }
      start = end;
    }
  }

  /** How many rows were read. */
  int rows() {
    return rows;
  }

  /**
   * @param index of a row that was read
   * @return its samples in their new number, 0..255; valid until the next call
   */
  int[] row(int index) {
    if (sameWidth) {
      int start = (firstRow + index) * stride;
      for (int i = 0; i < row.length; i++) {
        row[i] = source[start + i] & 0xff;
      }
    } else {
      System.arraycopy(result, index * row.length, row, 0, row.length);
    }
    return row;
  }

  private void turn(int x, int[] samples) {
    int in = firstRow * stride + x * bands;
    if (bands == 1) {
      for (int i = 0; i < rows; i++, in += stride) {
        samples[i] = source[in] & 0xff;
      }
    } else {
      turnColour(in, samples);
    }
  }

  /** Takes a pixel with the byte after it in one read: that is one check of bounds, not three. */
  private void turnColour(int start, int[] samples) {
    int last = source.length - Integer.BYTES;
    int in = start;
    for (int i = 0; i < rows * 3; i += 3, in += stride) {
      int pixel =
          in <= last
              ? (int) FOUR_BYTES.get(source, in)
              : source[in] & 0xff | (source[in + 1] & 0xff) << 8 | (source[in + 2] & 0xff) << 16;
      samples[i] = pixel & 0xff;
      samples[i + 1] = pixel >> 8 & 0xff;
      samples[i + 2] = pixel >> 16 & 0xff;
    }
  }

  private void sum(int[] fixed, int left) {
    Arrays.fill(column, ResamplingWeights.HALF);
    int k = 0;
    for (; k + 4 <= fixed.length; k += 4) {
      int at = left + k;
      IntRows.add(
          column,
          columns[at],
          columns[at + 1],
          columns[at + 2],
          columns[at + 3],
          fixed[k],
          fixed[k + 1],
          fixed[k + 2],
          fixed[k + 3]);
    }
    for (; k < fixed.length; k++) {
      IntRows.add(column, columns[left + k], fixed[k]);
    }
    IntRows.clip(column, ResamplingWeights.PRECISION_BITS);
  }

  private void put(int x) {
    int out = x * bands;
    if (bands == 1) {
      for (int i = 0; i < rows; i++, out += row.length) {
        result[out] = column[i];
      }
      return;
    }
    for (int i = 0; i < rows * 3; i += 3, out += row.length) {
      result[out + 2] = column[i + 2]; // first, so that its check of bounds covers the others
      result[out + 1] = column[i + 1];
      result[out] = column[i];
    }
  }
}
