package dev.minsight.vectors;

import java.io.Closeable;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene912.Lucene912Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.FSDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Vectors on disk with a graph through them (HNSW: Malkov and Yashunin, 2016, arXiv:1603.09320), in
 * a Lucene index. Only one thread writes. Nothing is kept until {@link #commit}; what the heap
 * needs does not depend on how many vectors there are, because the files are mapped and segments
 * stay below {@link #SEGMENT_VECTORS}.
 */
final class HnswIndex implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(HnswIndex.class);

  /** Neighbours of a vector in the graph, as the contract's collections have them. */
  private static final int M = 16;

  /** Candidates looked at when a vector is put into the graph; the contract's, too. */
  private static final int EF_CONSTRUCT = 200;

  /** A merge holds the graph of its segment on the heap, about 350 bytes a vector. */
  private static final int SEGMENT_VECTORS = 250_000;

  /** Vectors and graph of a new segment gather on the heap until they need so much. */
  private static final double BUFFER_MIB = 48;

  /** A merge in work cannot be broken off; it is thrown away when the process ends. */
  private static final long CLOSE_WAIT_MILLIS = 3000;

  private static final String NEXT_LOG = "next-log";

  private final FSDirectory directory;
  private final IndexWriter writer;
  private final CollectionSpec spec;
  private volatile boolean committed;

  private HnswIndex(
      FSDirectory directory, IndexWriter writer, CollectionSpec spec, boolean committed) {
    this.directory = directory;
    this.writer = writer;
    this.spec = spec;
    this.committed = committed;
  }

  /**
   * Opens an index, or makes an empty one in a folder that has none.
   *
   * @param folder where its files are
   * @param spec what it holds
   * @throws RebuildNeededException it is damaged, or holds something else
   */
  static HnswIndex open(Path folder, CollectionSpec spec)
      throws IOException, RebuildNeededException {
    Files.createDirectories(folder);
    FSDirectory directory = FSDirectory.open(folder);
    try {
      IndexWriterConfig settings = settings(spec);
      boolean exists = DirectoryReader.indexExists(directory);
      if (exists) {
        check(directory, spec);
        settings.setOpenMode(IndexWriterConfig.OpenMode.APPEND);
      } else {
        settings.setOpenMode(IndexWriterConfig.OpenMode.CREATE);
      }
      return new HnswIndex(directory, new IndexWriter(directory, settings), spec, exists);
    } catch (IOException | RebuildNeededException | RuntimeException e) {
      directory.close();
      if (isDamage(e)) {
        throw new RebuildNeededException("its HNSW index is damaged: " + e.getMessage());
      }
      throw e;
    }
  }

  private static boolean isDamage(Exception failure) {
    return failure instanceof CorruptIndexException
        || failure instanceof IndexNotFoundException
        || failure instanceof IndexFormatTooOldException
        || failure instanceof IndexFormatTooNewException
        || failure instanceof EOFException
        || failure instanceof NoSuchFileException
        || failure instanceof FileNotFoundException
        || failure instanceof IllegalArgumentException;
  }

  private static IndexWriterConfig settings(CollectionSpec spec) {
    KnnVectorsFormat graph = new Lucene99HnswVectorsFormat(M, EF_CONSTRUCT);
    TieredMergePolicy merges = new TieredMergePolicy();
    merges.setMaxMergedSegmentMB(
        Math.max(1, (double) SEGMENT_VECTORS * spec.dimension() * Float.BYTES / (1 << 20)));
    return new IndexWriterConfig()
        .setCodec(
            new Lucene912Codec() {
              @Override
              public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                return graph;
              }
            })
        .setMergePolicy(merges)
        .setRAMBufferSizeMB(BUFFER_MIB)
        .setUseCompoundFile(false)
        .setCommitOnClose(false);
  }

  /** Reads all files once: Lucene itself would notice a damaged byte only in a merge, if ever. */
  private static void check(FSDirectory directory, CollectionSpec spec)
      throws IOException, RebuildNeededException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      Map<String, String> about = reader.getIndexCommit().getUserData();
      if (!spec.modelId().equals(about.get("model"))
          || !Integer.toString(spec.dimension()).equals(about.get("dimension"))) {
        throw new RebuildNeededException(
            "its HNSW index holds vectors of model %s (%s numbers), but %s (%d numbers) is in use"
                .formatted(
                    about.get("model"), about.get("dimension"), spec.modelId(), spec.dimension()));
      }
      for (LeafReaderContext leaf : reader.leaves()) {
        ((CodecReader) leaf.reader()).checkIntegrity();
      }
    }
  }

  void upsert(long id, float[] unit) throws IOException {
    Document document = new Document();
    document.add(new StringField(HnswView.ID, HnswView.term(id).bytes(), Field.Store.NO));
    document.add(new NumericDocValuesField(HnswView.ID, id));
    document.add(
        new KnnFloatVectorField(HnswView.VECTOR, unit, VectorSimilarityFunction.DOT_PRODUCT));
    writer.updateDocument(HnswView.term(id), document);
  }

  void delete(long id) throws IOException {
    writer.deleteDocuments(HnswView.term(id));
  }

  /**
   * Makes all writes survive, also a loss of power.
   *
   * @param nextLog sequence of the first log that is not contained
   */
  void commit(long nextLog) throws IOException {
    writer.setLiveCommitData(
        Map.of(
                "model",
                spec.modelId(),
                "dimension",
                Integer.toString(spec.dimension()),
                NEXT_LOG,
                Long.toString(nextLog))
            .entrySet());
    writer.commit();
    committed = true;
  }

  /**
   * @return false when somebody deleted its files
   */
  boolean isThere() throws IOException {
    return Files.exists(directory.getDirectory())
        && (!committed || DirectoryReader.indexExists(directory));
  }

  /**
   * @return sequence of the first log that is not contained
   */
  long nextLog() {
    if (writer.getLiveCommitData() != null) {
      for (Map.Entry<String, String> each : writer.getLiveCommitData()) {
        if (each.getKey().equals(NEXT_LOG)) {
          return Long.parseLong(each.getValue());
        }
      }
    }
    return LogId.FIRST.sequence();
  }

  /**
   * @return all writes so far; to be released
   */
  HnswView view() throws IOException {
    return new HnswView(DirectoryReader.open(writer));
  }

  /** Lets go of the files; what was not committed is lost. Views stay readable. */
  @Override
  public void close() {
    Thread closing = new Thread(this::rollBack, "vectors-close");
    closing.setDaemon(true);
    closing.start();
    try {
      closing.join(CLOSE_WAIT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void rollBack() {
    try {
      writer.rollback();
      directory.close();
    } catch (IOException | RuntimeException e) {
      LOG.warn("The HNSW index in {} could not be closed: {}", directory.getDirectory(), e, e);
    }
  }
}
