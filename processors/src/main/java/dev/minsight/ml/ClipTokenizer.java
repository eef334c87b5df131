package dev.minsight.ml;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/**
 * Words to the tokens of CLIP: byte pair encoding (Sennrich et al. 2016, arXiv:1508.07909) over
 * UTF-8 bytes, with the merges of openai/CLIP ({@code clip/simple_tokenizer.py}, revision d05afc4).
 *
 * <p>A text is composed (NFC), put into lower case and cut into pieces: words, single digits, runs
 * of other signs. The bytes of a piece are its first symbols; then the pair that stands earliest in
 * the list of merges becomes one symbol, until no pair of the list is left. Ids are given in this
 * order: the 256 bytes, the 256 bytes at the end of a piece, the merges, start and end.
 *
 * <p>Two differences from the original, neither of which matters to what people type: texts with
 * broken encodings or HTML entities are not repaired, and the names of the two special tokens are
 * plain text.
 */
final class ClipTokenizer {

  /** First of every sequence. */
  static final int START = 49406;

  /** Last of every sequence. */
  static final int END = 49407;

  /** Merges that CLIP was trained with; the file holds more. */
  private static final int MERGES = 48_894;

  private static final int BYTES = 256;

  /** Merge number n makes the symbol with this id plus n. */
  private static final int FIRST_MERGED = 2 * BYTES;

  private static final String END_OF_PIECE = "</w>";

  private static final Pattern PIECES =
      Pattern.compile("'s|'t|'re|'ve|'m|'ll|'d|\\p{L}+|\\p{N}|[^\\s\\p{L}\\p{N}]+");

  private static final Pattern SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

  /** Id of each byte within a piece. */
  private final int[] idOfByte = new int[BYTES];

  /** The bytes of each symbol. */
  private final byte[][] bytesOf = new byte[FIRST_MERGED + MERGES][];

  /** Whether a piece ends with the symbol. */
  private final boolean[] ends = new boolean[FIRST_MERGED + MERGES];

  /** Rank by pair of symbols, {@code left << 32 | right}. */
  private final Map<Long, Integer> ranks = new HashMap<>(2 * MERGES);

  private ClipTokenizer() {}

  /**
   * @param merges {@code bpe_simple_vocab_16e6.txt.gz}
   * @throws IOException if it cannot be read, or is not that file
   */
  static ClipTokenizer load(Path merges) throws IOException {
    ClipTokenizer made = new ClipTokenizer();
    Map<String, Integer> ids = made.bytes();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(merges)), StandardCharsets.UTF_8))) {
      lines.readLine(); // its version
      for (int rank = 0; rank < MERGES; rank++) {
        String line = lines.readLine();
        int space = line == null ? -1 : line.indexOf(' ');
        Integer left = space < 0 ? null : ids.get(line.substring(0, space));
        Integer right = space < 0 ? null : ids.get(line.substring(space + 1));
        if (left == null || right == null) {
          throw new IOException(merges + " holds no merge of known symbols in line " + (rank + 2));
        }
        made.merge(left, right, rank);
        ids.put(line.substring(0, space) + line.substring(space + 1), FIRST_MERGED + rank);
      }
    }
    return made;
  }

  /**
   * Gives the bytes their ids. The file writes a byte as a character that can be printed: itself
   * where it is one in Latin-1, else one from U+0100 on; those that are come first.
   */
  private Map<String, Integer> bytes() {
    int[] printable =
        IntStream.of('!', '\u00a1', '\u00ae')
            .flatMap(
                from -> IntStream.rangeClosed(from, from == '!' ? '~' : from == 0xa1 ? 0xac : 0xff))
            .toArray();
    boolean[] known = new boolean[BYTES];
    IntStream.of(printable).forEach(value -> known[value] = true);
    int[] others = IntStream.range(0, BYTES).filter(value -> !known[value]).toArray();
    Map<String, Integer> ids = new HashMap<>(2 * MERGES);
    for (int id = 0; id < BYTES; id++) {
      boolean itself = id < printable.length;
      int value = itself ? printable[id] : others[id - printable.length];
      char written = (char) (itself ? value : BYTES + id - printable.length);
      idOfByte[value] = id;
      bytesOf[id] = new byte[] {(byte) value};
      bytesOf[BYTES + id] = new byte[] {(byte) value};
      ends[BYTES + id] = true;
      ids.put(String.valueOf(written), id);
      ids.put(written + END_OF_PIECE, BYTES + id);
    }
    return ids;
  }

  private void merge(int left, int right, int rank) {
    ranks.put(pair(left, right), rank);
    byte[] both = new byte[bytesOf[left].length + bytesOf[right].length];
    System.arraycopy(bytesOf[left], 0, both, 0, bytesOf[left].length);
    System.arraycopy(bytesOf[right], 0, both, bytesOf[left].length, bytesOf[right].length);
    bytesOf[FIRST_MERGED + rank] = both;
    ends[FIRST_MERGED + rank] = ends[right];
  }

  private static long pair(int left, int right) {
    return (long) left << 32 | right;
  }

  /** As the pieces are cut from it: composed, lower case, single blanks. */
  static String normalized(String text) {
    String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
    return SPACE.matcher(composed).replaceAll(" ").strip().toLowerCase(Locale.ROOT);
  }

  /**
   * @param text any
   * @param most tokens, with start and end; what is too long is cut, the end stays
   * @return start, the text's tokens, end
   */
  int[] encode(String text, int most) {
    IntStream.Builder tokens = IntStream.builder().add(START);
    int count = 1;
    Matcher pieces = PIECES.matcher(normalized(text));
    while (count < most - 1 && pieces.find()) {
      for (int symbol : symbols(pieces.group())) {
        if (count < most - 1) {
          tokens.add(symbol);
          count++;
        }
      }
    }
    return tokens.add(END).build().toArray();
  }

  private List<Integer> symbols(String piece) {
    byte[] utf8 = piece.getBytes(StandardCharsets.UTF_8);
    List<Integer> symbols = new ArrayList<>(utf8.length);
    for (byte value : utf8) {
      symbols.add(idOfByte[value & 0xff]);
    }
    symbols.set(utf8.length - 1, BYTES + symbols.get(utf8.length - 1));
    while (true) {
      int best = MERGES;
      for (int at = 0; at + 1 < symbols.size(); at++) {
        best = Math.min(best, rank(symbols, at));
      }
      if (best == MERGES) {
        return symbols;
      }
      for (int at = 0; at + 1 < symbols.size(); at++) {
        if (rank(symbols, at) == best) {
          symbols.set(at, FIRST_MERGED + best);
          symbols.remove(at + 1);
        }
      }
    }
  }

  private int rank(List<Integer> symbols, int at) {
    return ranks.getOrDefault(pair(symbols.get(at), symbols.get(at + 1)), MERGES);
  }

  /**
   * @param tokens as {@link #encode} gave them
   * @return the pieces, one blank between two; the last may be cut within a character
   */
  String decode(int[] tokens) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (int token : tokens) {
      if (token < START) {
        text.writeBytes(bytesOf[token]);
        if (ends[token]) {
          text.write(' ');
        }
      }
    }
    return text.toString(StandardCharsets.UTF_8).strip();
  }
}
