package dev.minsight.vectors;

import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.QueryFactory.nearest;
import static io.qdrant.client.ValueFactory.value;
import static io.qdrant.client.VectorsFactory.vectors;

import dev.minsight.vectors.VectorIndex.Entry;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Points.DeletePoints;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointsIdsList;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import io.qdrant.client.grpc.Points.UpsertPoints;
import io.qdrant.client.grpc.Points.VectorOutput;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/** The points of one collection on a Qdrant server. */
final class QdrantPoints {

  /** Points a request, for deleting and for further hits. */
  private static final int PAGE = 1000;

  /** Ids a request: 200 kB. All of them are read at every start, so the fewer trips the better. */
  private static final int IDS_A_REQUEST = 10_000;

  /** Numbers a request: 2 MB, below the 4 MB that gRPC takes by default. */
  private static final int NUMBERS_A_REQUEST = 500_000;

  private static final int CANDIDATES_A_HIT = 10;
  private static final int LEAST_CANDIDATES = 100;

  private final QdrantCalls calls;
  private final String collection;
  private final LongFunction<Map<String, Long>> payload;

  QdrantPoints(QdrantCalls calls, String collection, LongFunction<Map<String, Long>> payload) {
    this.calls = calls;
    this.collection = collection;
    this.payload = payload;
  }

  /** Whoever searches afterwards sees them. */
  void upsert(List<Entry> units) {
    int batch = units.isEmpty() ? 1 : Math.max(1, NUMBERS_A_REQUEST / units.get(0).vector().length);
    for (int from = 0; from < units.size(); from += batch) {
      List<PointStruct> points =
          units.subList(from, Math.min(units.size(), from + batch)).stream()
              .map(this::point)
              .toList();
      calls.send(
          client ->
              client.upsertAsync(
                  UpsertPoints.newBuilder()
                      .setCollectionName(collection)
                      .addAllPoints(points)
                      .setWait(true)
                      .build()));
    }
  }

  private PointStruct point(Entry entry) {
    PointStruct.Builder point =
        PointStruct.newBuilder().setId(id(entry.id())).setVectors(vectors(entry.vector()));
    payload.apply(entry.id()).forEach((name, number) -> point.putPayload(name, value(number)));
    return point.build();
  }

  void delete(List<Long> ids) {
    for (int from = 0; from < ids.size(); from += PAGE) {
      PointsIdsList.Builder some = PointsIdsList.newBuilder();
      ids.subList(from, Math.min(ids.size(), from + PAGE)).forEach(one -> some.addIds(id(one)));
      calls.send(
          client ->
              client.deleteAsync(
                  DeletePoints.newBuilder()
                      .setCollectionName(collection)
                      .setPoints(PointsSelector.newBuilder().setPoints(some))
                      .setWait(true)
                      .build()));
    }
  }

  Optional<float[]> vector(long wanted) {
    List<RetrievedPoint> found =
        calls.send(
            client ->
                client.retrieveAsync(
                    GetPoints.newBuilder()
                        .setCollectionName(collection)
                        .addIds(id(wanted))
                        .setWithPayload(WithPayloadSelectorFactory.enable(false))
                        .setWithVectors(WithVectorsSelectorFactory.enable(true))
                        .build(),
                    null));
    return found.stream().findFirst().map(point -> floats(point.getVectors().getVector()));
  }

  @SuppressWarnings("deprecation") // servers before 1.14 answer in the older field only
  private static float[] floats(VectorOutput vector) {
    List<Float> numbers =
        vector.hasDense() ? vector.getDense().getDataList() : vector.getDataList();
    float[] floats = new float[numbers.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = numbers.get(i);
    }
    return floats;
  }

  long count() {
    return calls.send(client -> client.countAsync(collection, null, true, null));
  }

  LongStream ids() {
    LongStream.Builder ids = LongStream.builder();
    ScrollPoints.Builder request =
        ScrollPoints.newBuilder()
            .setCollectionName(collection)
            .setLimit(IDS_A_REQUEST)
            .setWithPayload(WithPayloadSelectorFactory.enable(false))
            .setWithVectors(WithVectorsSelectorFactory.enable(false));
    ScrollResponse page;
    do {
      ScrollPoints now = request.build();
      page = calls.send(client -> client.scrollAsync(now));
      page.getResultList().forEach(point -> ids.add(point.getId().getNum()));
      request.setOffset(page.getNextPageOffset());
    } while (page.hasNextPageOffset());
    return ids.build();
  }

  /**
   * Takes page after page of the nearest until the filter has let enough of them through and the
   * next can have no part in it.
   */
  void search(float[] unit, float minScore, TopHits top) {
    Set<Long> seen = new HashSet<>(); // a write between two pages may shift them
    int page =
        (int) Math.min(PAGE, Math.max(LEAST_CANDIDATES, (long) CANDIDATES_A_HIT * top.limit()));
    long offset = 0;
    while (true) {
      List<ScoredPoint> found = page(unit, minScore, offset, page);
      for (ScoredPoint point : found) {
        if (seen.add(point.getId().getNum())) {
          top.offer(point.getId().getNum(), point.getScore());
        }
      }
      if (found.size() < page
          || top.isBeyond(Math.max(0, found.get(found.size() - 1).getScore()))) {
        return;
      }
      offset += page;
      page = PAGE;
    }
  }

  private List<ScoredPoint> page(float[] unit, float minScore, long offset, int limit) {
    QueryPoints.Builder query =
        QueryPoints.newBuilder()
            .setCollectionName(collection)
            .setQuery(nearest(unit))
            .setLimit(limit)
            .setOffset(offset)
            .setWithPayload(WithPayloadSelectorFactory.enable(false));
    if (minScore > 0) {
      query.setScoreThreshold(Math.nextDown(minScore)); // ours decides, in the contract's words
    }
    return new ArrayList<>(calls.send(client -> client.queryAsync(query.build())));
  }
}
