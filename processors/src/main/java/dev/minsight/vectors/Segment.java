package dev.minsight.vectors;

import dev.minsight.vectors.VectorIndex.Entry;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
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
 * <p>Why that is safe without a lock: everything a view may reach was written before the volatile
 * write that published it. Deaths that race with a reader carry a later version than its view, so
 * seeing or missing them comes to the same; versions are {@code int} because those never tear.
 */
final class Segment {

  /** Slots per block; growing copies only the array of blocks, never the numbers. */
  static final int BLOCK_SLOTS = 1024;

  private static final int ALIVE = Integer.MAX_VALUE;

  /** Leave room: a segment is compacted long before its versions or slots run out. */
  private static final int MAX_SLOTS = Integer.MAX_VALUE - BLOCK_SLOTS;

  private final int dimension;
  private final Map<Long, Integer> slotOf = new ConcurrentHashMap<>();
  private volatile View view = new View(new Block[0], 0, 0, 0);

  Segment(int dimension) {
    this.dimension = dimension;
  }

  private static final class Block {
    final float[] numbers;
    final long[] ids = new long[BLOCK_SLOTS];
    final int[] diedAt = new int[BLOCK_SLOTS];

    Block(int dimension) {
      numbers = new float[Math.multiplyExact(dimension, BLOCK_SLOTS)];
      Arrays.fill(diedAt, ALIVE);
    }
  }

  private record View(Block[] blocks, int slots, int version, int live) {

    boolean sees(int slot) {
      return blocks[slot / BLOCK_SLOTS].diedAt[slot % BLOCK_SLOTS] > version;
    }

    long id(int slot) {
      return blocks[slot / BLOCK_SLOTS].ids[slot % BLOCK_SLOTS];
    }
  }

  /** Writer only. The vector has unit length and is copied. */
  void upsert(long id, float[] unit) {
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
    System.arraycopy(unit, 0, block.numbers, slot % BLOCK_SLOTS * dimension, dimension);
    block.ids[slot % BLOCK_SLOTS] = id;
    int version = old.version + 1;
    Integer before = slotOf.get(id);
    if (before != null) {
      blocks[before / BLOCK_SLOTS].diedAt[before % BLOCK_SLOTS] = version;
    }
    view = new View(blocks, slot + 1, version, old.live + (before == null ? 1 : 0));
    slotOf.put(id, slot);
  }

  /**
   * Writer only.
   *
   * @return whether the id was there
   */
  boolean delete(long id) {
    Integer slot = slotOf.remove(id);
    if (slot == null) {
      return false;
    }
    View old = view;
    int version = old.version + 1;
    old.blocks[slot / BLOCK_SLOTS].diedAt[slot % BLOCK_SLOTS] = version;
    view = new View(old.blocks, old.slots, version, old.live - 1);
    return true;
  }

  boolean contains(long id) {
    return slotOf.containsKey(id);
  }

  /**
   * @return how many vectors are alive
   */
  int count() {
    return view.live;
  }

  /**
   * @return how many slots hold replaced or deleted vectors
   */
  int dead() {
    View now = view;
    return now.slots - now.live;
  }

  Optional<float[]> vector(long id) {
    Integer slot = slotOf.get(id);
    return slot == null ? Optional.empty() : Optional.of(copy(view, slot));
  }

  LongStream ids() {
    View now = view;
    return IntStream.range(0, now.slots).filter(now::sees).mapToLong(now::id);
  }

  /**
   * @return every vector alive now, oldest write first
   */
  Stream<Entry> entries() {
    View now = view;
    return IntStream.range(0, now.slots)
        .filter(now::sees)
        .mapToObj(slot -> new Entry(now.id(slot), copy(now, slot)));
  }

  /** Offers the similarity of every vector alive now to {@code top}. */
  void scan(float[] unitQuery, TopHits top) {
    View now = view;
    for (int first = 0; first < now.slots; first += BLOCK_SLOTS) {
      Block block = now.blocks[first / BLOCK_SLOTS];
      int slots = Math.min(BLOCK_SLOTS, now.slots - first);
      for (int i = 0; i < slots; i++) {
        if (block.diedAt[i] > now.version) {
          top.offer(block.ids[i], UnitVectors.dot(unitQuery, block.numbers, i * dimension));
        }
      }
    }
  }

  private float[] copy(View from, int slot) {
    int offset = slot % BLOCK_SLOTS * dimension;
    return Arrays.copyOfRange(from.blocks[slot / BLOCK_SLOTS].numbers, offset, offset + dimension);
  }
}
