package dev.minsight.vectors;

import java.io.IOException;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.NumericUtils;

/**
 * An HNSW index as it was at one moment. It stays readable until the last who {@linkplain #acquire
 * acquired} it has released it, even when its files are deleted meanwhile.
 */
final class HnswView {

  static final String ID = "id";
  static final String VECTOR = "vector";

  /** Candidates for so many hits more than asked for: recall was 1.0 at 100,000 vectors. */
  private static final int CANDIDATES_A_HIT = 10;

  private static final int LEAST_CANDIDATES = 100;

  /** So many times as many candidates when a filter left too few of them. */
  private static final int GROWTH = 8;

  /** Visiting one vector in so many by the graph costs more than reading all of them in order. */
  private static final int WORTHWHILE = 8;

  private final DirectoryReader reader;
  private final IndexSearcher searcher;

  HnswView(DirectoryReader reader) {
    this.reader = reader;
    this.searcher = new IndexSearcher(reader);
    searcher.setQueryCache(null); // ids are asked for once
  }

  static Term term(long id) {
    BytesRef bytes = new BytesRef(Long.BYTES);
    bytes.length = Long.BYTES;
    NumericUtils.longToSortableBytes(id, bytes.bytes, 0);
    return new Term(ID, bytes);
  }

  /**
   * @return false when it was closed already, so that a newer one should be taken
   */
  boolean acquire() {
    return reader.tryIncRef();
  }

  void release() throws IOException {
    reader.decRef();
  }

  int count() {
    return reader.numDocs();
  }

  boolean contains(long id) throws IOException {
    return searcher.count(new TermQuery(term(id))) > 0;
  }

  Optional<float[]> vector(long id) throws IOException {
    ScoreDoc[] found = searcher.search(new TermQuery(term(id)), 1).scoreDocs;
    return found.length == 0
        ? Optional.empty()
        : Optional.of(new Reading(reader).vector(found[0].doc).clone());
  }

  LongStream ids() throws IOException {
    LongStream.Builder ids = LongStream.builder();
    for (LeafReaderContext leaf : reader.leaves()) {
      NumericDocValues values = leaf.reader().getNumericDocValues(ID);
      Bits live = leaf.reader().getLiveDocs();
      for (int doc = values.nextDoc();
          doc != DocIdSetIterator.NO_MORE_DOCS;
          doc = values.nextDoc()) {
        if (live == null || live.get(doc)) {
          ids.add(values.longValue());
        }
      }
    }
    return ids.build();
  }

  /**
   * Adds what is found here to the hits. Scores are those of an exact scan, to the last bit. When
   * the filter leaves too few of the nearest, or so many have the same score that the lowest ids
   * cannot be told, more are taken, and at last all are looked at.
   *
   * @param top hits so far
   * @param hidden ids that are not to be seen here
   * @return the hits with those of this index
   */
  TopHits search(float[] unit, TopHits top, LongPredicate hidden) throws IOException {
    long candidates = Math.max(LEAST_CANDIDATES, (long) CANDIDATES_A_HIT * top.limit());
    for (; candidates * WORTHWHILE < count(); candidates *= GROWTH) {
      ScoreDoc[] nearest =
          searcher.search(new KnnFloatVectorQuery(VECTOR, unit, (int) candidates), (int) candidates)
              .scoreDocs;
      TopHits tried = top.copy();
      Reading reading = new Reading(reader);
      float lowest = 1;
      for (ScoreDoc each : nearest) {
        float cosine = UnitVectors.dot(unit, reading.vector(each.doc), 0);
        lowest = Math.min(lowest, cosine);
        long id = reading.id(each.doc);
        if (!hidden.test(id)) {
          tried.offer(id, cosine);
        }
      }
      if (nearest.length == candidates && tried.isBeyond(Math.max(0, lowest))) {
        return tried;
      }
    }
    scan(unit, top, hidden);
    return top;
  }

  /** Asks the filter first: who comes here has a selective one, or wants nearly everything. */
  private void scan(float[] unit, TopHits top, LongPredicate hidden) throws IOException {
    for (LeafReaderContext leaf : reader.leaves()) {
      FloatVectorValues vectors = leaf.reader().getFloatVectorValues(VECTOR);
      NumericDocValues ids = leaf.reader().getNumericDocValues(ID);
      Bits live = leaf.reader().getLiveDocs();
      if (vectors == null) {
        continue; // all of this segment's documents are deleted
      }
      for (int doc = ids.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = ids.nextDoc()) {
        long id = ids.longValue();
        if ((live == null || live.get(doc)) && !hidden.test(id) && top.accepts(id)) {
          vectors.advance(doc);
          top.offer(id, UnitVectors.dot(unit, vectors.vectorValue(), 0));
        }
      }
    }
  }

  /** Reads single documents; the iterators underneath only go forward, so each read opens anew. */
  private record Reading(DirectoryReader reader) {

    private LeafReaderContext leaf(int doc) {
      return reader.leaves().get(ReaderUtil.subIndex(doc, reader.leaves()));
    }

    long id(int doc) throws IOException {
      LeafReaderContext leaf = leaf(doc);
      NumericDocValues ids = leaf.reader().getNumericDocValues(ID);
      ids.advanceExact(doc - leaf.docBase);
      return ids.longValue();
    }

    float[] vector(int doc) throws IOException {
      LeafReaderContext leaf = leaf(doc);
      LeafReader segment = leaf.reader();
      FloatVectorValues vectors = segment.getFloatVectorValues(VECTOR);
      vectors.advance(doc - leaf.docBase);
      return vectors.vectorValue();
    }
  }
}
