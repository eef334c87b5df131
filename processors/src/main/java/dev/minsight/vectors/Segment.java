package dev.minsight.vectors;

import dev.minsight.vectors.VectorIndex.Entry;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Vectors in memory: one writer at a time, any number of readers, and nobody waits.
 *
 * <p>It is a small multi-version store. A slot is written once and never changed; a replaced or
 * deleted vector only gets the version at which it died. A reader takes the published {@link View}
 * and sees exactly the slots born before it that had not died by then, however long it reads. Dead
 * slots are wasted until the owner copies the live ones into a new segment.
 *
 * <p>A segment may lie above others, whose vectors it hides under every id that was written or
 * deleted in it; what was hidden when is part of the view as well.
 *
 * <p>Why that is safe without a lock: everything a view may reach was written before the volatile
 * write that published it. Deaths that race with a reader carry a later version than its view, so
 * seeing or missing them comes to the same; versions are {@code int} because those never tear.
 */
final class Segment implements VectorFileReader.Sink {

  /** Slots per block; growing copies only the array of blocks, never the numbers. */
  static final int BLOCK_SLOTS = 1024;

  private static final int ALIVE = Integer.MAX_VALUE;

  /** Far more than float sums of some thousand numbers of a unit vector can be off. */
  private static final float ROUNDING = 1e-4f;

  /** Leave room: a segment is compacted long before its versions or slots run out. */
  private static final int MAX_SLOTS = Integer.MAX_VALUE - BLOCK_SLOTS;

  private final int dimension;
  private final boolean above;
  private final Map<Long, Integer> slotOf = new ConcurrentHashMap<>();
  private final Map<Long, Integer> hiddenSince = new ConcurrentHashMap<>();
  private volatile View view;

  /** A segment with nothing below it. */
  Segment(int dimension) {
    this(dimension, false);
  }

  private Segment(int dimension, boolean above) {
    this.dimension = dimension;
    this.above = above;
    this.view = new View(new Block[0], 0, 0, 0);
  }

  /** A segment whose writes hide what others below it hold. */
  static Segment above(int dimension) {
    return new Segment(dimension, true);
  }

  /**
   * Some vectors: the first chunks of all of them, then the second ones, and so on. The first chunk
   * shows of most that they are not among the hits, so that what a search reads lies in one piece,
   * which memory gives several times as fast as the same here and there.
   */
  private static final class Block {
    final float[][] chunks;
    final float[] tails;
    final long[] ids = new long[BLOCK_SLOTS];
    final int[] diedAt = new int[BLOCK_SLOTS];

    Block(int dimension) {
      chunks = new float[(dimension - 1) / UnitVectors.CHUNK + 1][];
      for (int chunk = 0; chunk < chunks.length; chunk++) {
        int left = dimension - chunk * UnitVectors.CHUNK;
        chunks[chunk] = new float[Math.min(UnitVectors.CHUNK, left) * BLOCK_SLOTS];
      }
      tails = new float[(chunks.length - 1) * BLOCK_SLOTS];
      Arrays.fill(diedAt, ALIVE);
    }

    private int width(int chunk) {
      return chunks[chunk].length / BLOCK_SLOTS;
    }

    void put(int i, float[] unit) {
      for (int chunk = 0; chunk < chunks.length; chunk++) {
        int width = width(chunk);
        System.arraycopy(unit, chunk * UnitVectors.CHUNK, chunks[chunk], i * width, width);
      }
      float[] lengths = UnitVectors.tails(unit);
      System.arraycopy(lengths, 0, tails, i * lengths.length, lengths.length);
    }

    float[] get(int i, int dimension) {
      float[] unit = new float[dimension];
      for (int chunk = 0; chunk < chunks.length; chunk++) {
        int width = width(chunk);
        System.arraycopy(chunks[chunk], i * width, unit, chunk * UnitVectors.CHUNK, width);
      }
      return unit;
    }

    /** What a chunk of a vector gives to its dot product with the query. */
    float dot(float[] query, int chunk, int i) {
      return UnitVectors.dot(query, chunk * UnitVectors.CHUNK, chunks[chunk], i * width(chunk));
    }
  }

  /** The segment as it was at one moment. */
  final class View {

    private final Block[] blocks;
    private final int slots;
    private final int version;
    private final int live;

    private View(Block[] blocks, int slots, int version, int live) {
      this.blocks = blocks;
      this.slots = slots;
      this.version = version;
      this.live = live;
    }

    private boolean sees(int slot) {
      return blocks[slot / BLOCK_SLOTS].diedAt[slot % BLOCK_SLOTS] > version;
    }

    private long id(int slot) {
      return blocks[slot / BLOCK_SLOTS].ids[slot % BLOCK_SLOTS];
    }

    private float[] copy(int slot) {
      return blocks[slot / BLOCK_SLOTS].get(slot % BLOCK_SLOTS, dimension);
    }

    /**
     * @return whether what lies below has nothing to say about this id
     */
    boolean hides(long id) {
      return above && hiddenSince.getOrDefault(id, ALIVE) <= version;
    }

    LongStream ids() {
      return IntStream.range(0, slots).filter(this::sees).mapToLong(this::id);
    }

    /**
     * @return every vector, oldest write first
     */
    Stream<Entry> entries() {
      return IntStream.range(0, slots)
          .filter(this::sees)
          .mapToObj(slot -> new Entry(id(slot), copy(slot)));
    }

    /**
     * Offers the similarity of every vector to {@code top}, but for those that cannot be among the
     * hits.
     *
     * @param hidden ids that lie hidden below another segment
     */
    void scan(float[] unitQuery, TopHits top, LongPredicate hidden) {
      float[] queryTails = UnitVectors.tails(unitQuery);
      for (int first = 0; first < slots; first += BLOCK_SLOTS) {
        Block block = blocks[first / BLOCK_SLOTS];
        int end = Math.min(BLOCK_SLOTS, slots - first);
        for (int i = 0; i < end; i++) {
          if (block.diedAt[i] > version && !hidden.test(block.ids[i])) {
            compare(unitQuery, queryTails, block, i, top);
          }
        }
      }
    }

    /** Breaks off as soon as what is left cannot bring the vector among the hits. */
    private void compare(float[] query, float[] queryTails, Block block, int i, TopHits top) {
      float cosine = block.dot(query, 0, i);
      for (int chunk = 0; chunk < queryTails.length; chunk++) {
        float most = cosine + queryTails[chunk] * block.tails[i * queryTails.length + chunk];
        if (top.isBeyond(Math.max(0, most + ROUNDING))) {
          return;
        }
        cosine += block.dot(query, chunk + 1, i);
      }
      top.offer(block.ids[i], cosine);
    }
  }

  View view() {
    return view;
  }

  /** Writer only. The vector has unit length and is copied. */
  @Override
  public void upsert(long id, float[] unit) {
    View old = view;
    if (old.slots >= MAX_SLOTS || old.version >= MAX_SLOTS) {
      throw new IllegalStateException("more than " + MAX_SLOTS + " vectors in one collection");
    }
    int slot = old.slots;
    Block[] blocks = old.blocks;
    if (slot / BLOCK_SLOTS == blocks.length) {
      blocks = Arrays.copyOf(blocks, blocks.length + 1);
      blocks[blocks.length - 1] = new Block(dimension);
    }
    Block block = blocks[slot / BLOCK_SLOTS];
    block.put(slot % BLOCK_SLOTS, unit);
    block.ids[slot % BLOCK_SLOTS] = id;
    int version = old.version + 1;
    Integer before = slotOf.put(id, slot);
    if (before != null) {
      blocks[before / BLOCK_SLOTS].diedAt[before % BLOCK_SLOTS] = version;
    }
    hide(id, version);
    view = new View(blocks, slot + 1, version, old.live + (before == null ? 1 : 0));
  }

  /** Writer only. */
  @Override
  public void delete(long id) {
    Integer slot = slotOf.remove(id);
    if (slot == null && !above) {
      return;
    }
    View old = view;
    int version = old.version + 1;
    if (slot != null) {
      old.blocks[slot / BLOCK_SLOTS].diedAt[slot % BLOCK_SLOTS] = version;
    }
    hide(id, version);
    view = new View(old.blocks, old.slots, version, old.live - (slot == null ? 0 : 1));
  }

  private void hide(long id, int version) {
    if (above) {
      hiddenSince.putIfAbsent(id, version);
    }
  }

  boolean contains(long id) {
    return slotOf.containsKey(id);
  }

  /**
   * @return whether what lies below has nothing to say about this id now
   */
  boolean hides(long id) {
    return view.hides(id);
  }

  /**
   * @return ids that lie below and are deleted
   */
  LongStream deletedBelow() {
    return hiddenSince.keySet().stream()
        .mapToLong(Long::longValue)
        .filter(id -> !slotOf.containsKey(id));
  }

  /**
   * @return how many vectors are alive
   */
  int count() {
    return view.live;
  }

  /**
   * @return numbers held, also of dead vectors
   */
  long floats() {
    return (long) view.slots * dimension;
  }

  /**
   * @return how many writes it has taken
   */
  int writes() {
    return view.version;
  }

  /**
   * @return how many slots hold replaced or deleted vectors
   */
  int dead() {
    View now = view;
    return now.slots - now.live;
  }

  Optional<float[]> vector(long id) {
    while (true) {
      Integer slot = slotOf.get(id);
      if (slot == null) {
        return Optional.empty();
      }
      View now = view;
      if (slot < now.slots) {
        return Optional.of(now.copy(slot));
      }
      Thread.onSpinWait(); // its writer publishes it at this moment
    }
  }
}
