package dev.minsight.vectors;

import io.grpc.BindableService;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.qdrant.client.grpc.Collections.AliasDescription;
import io.qdrant.client.grpc.Collections.AliasOperations;
import io.qdrant.client.grpc.Collections.ChangeAliases;
import io.qdrant.client.grpc.Collections.CollectionConfig;
import io.qdrant.client.grpc.Collections.CollectionDescription;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CollectionOperationResponse;
import io.qdrant.client.grpc.Collections.CollectionParams;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.DeleteCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.GetCollectionInfoRequest;
import io.qdrant.client.grpc.Collections.GetCollectionInfoResponse;
import io.qdrant.client.grpc.Collections.ListAliasesRequest;
import io.qdrant.client.grpc.Collections.ListAliasesResponse;
import io.qdrant.client.grpc.Collections.ListCollectionsRequest;
import io.qdrant.client.grpc.Collections.ListCollectionsResponse;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.CollectionsGrpc.CollectionsImplBase;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.Points.CountPoints;
import io.qdrant.client.grpc.Points.CountResponse;
import io.qdrant.client.grpc.Points.CountResult;
import io.qdrant.client.grpc.Points.DeletePoints;
import io.qdrant.client.grpc.Points.DenseVector;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.GetResponse;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointsOperationResponse;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.QueryResponse;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import io.qdrant.client.grpc.Points.UpdateResult;
import io.qdrant.client.grpc.Points.UpdateStatus;
import io.qdrant.client.grpc.Points.UpsertPoints;
import io.qdrant.client.grpc.Points.VectorOutput;
import io.qdrant.client.grpc.Points.VectorsOutput;
import io.qdrant.client.grpc.PointsGrpc.PointsImplBase;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Collections, aliases and points of a {@link FakeQdrant}. */
public final class FakeQdrantData {

  private final Map<String, Held> collections = new ConcurrentHashMap<>();
  private final Map<String, String> aliases = new ConcurrentHashMap<>();
  private final AtomicInteger scrolls = new AtomicInteger();

  private record Held(CreateCollection made, Map<Long, PointStruct> points) {}

  /** Names of the collections, without aliases. */
  public List<String> names() {
    return collections.keySet().stream().sorted().toList();
  }

  /** How a collection was created. */
  CreateCollection made(String name) {
    return held(name).made();
  }

  /** What is stored beside a point. */
  public Map<String, Long> payload(String name, long id) {
    Map<String, Long> payload = new TreeMap<>();
    held(name)
        .points()
        .get(id)
        .getPayloadMap()
        .forEach((key, value) -> payload.put(key, value.getIntegerValue()));
    return payload;
  }

  /** Points in a collection. */
  public int size(String name) {
    return held(name).points().size();
  }

  /** How many pages of points were read. */
  int scrolls() {
    return scrolls.get();
  }

  /** Takes all points out of a collection, as somebody else might. */
  public void empty(String name) {
    held(name).points().clear();
  }

  /** Takes everything away. */
  public void wipe() {
    collections.clear();
    aliases.clear();
  }

  /** Another tool's collection. */
  void create(CreateCollection request) {
    if (collections.putIfAbsent(
            request.getCollectionName(), new Held(request, new ConcurrentSkipListMap<>()))
        != null) {
      throw Status.ALREADY_EXISTS
          .withDescription("Collection `" + request.getCollectionName() + "` already exists!")
          .asRuntimeException();
    }
  }

  private Held held(String name) {
    Held held = collections.get(aliases.getOrDefault(name, name));
    if (held == null) {
      throw Status.NOT_FOUND
          .withDescription("Collection `" + name + "` doesn't exist!")
          .asRuntimeException();
    }
    return held;
  }

  private static <T> void answer(StreamObserver<T> to, T answer) {
    to.onNext(answer);
    to.onCompleted();
  }

  BindableService collections() {
    return new Collections();
  }

  BindableService points() {
    return new Points();
  }

  private final class Collections extends CollectionsImplBase {

    private static void done(StreamObserver<CollectionOperationResponse> to) {
      answer(to, CollectionOperationResponse.newBuilder().setResult(true).build());
    }

    @Override
    public void create(CreateCollection request, StreamObserver<CollectionOperationResponse> to) {
      FakeQdrantData.this.create(request);
      done(to);
    }

    @Override
    public void delete(DeleteCollection request, StreamObserver<CollectionOperationResponse> to) {
      collections.remove(request.getCollectionName());
      aliases.values().removeIf(request.getCollectionName()::equals);
      done(to);
    }

    @Override
    public void list(ListCollectionsRequest request, StreamObserver<ListCollectionsResponse> to) {
      ListCollectionsResponse.Builder all = ListCollectionsResponse.newBuilder();
      names().forEach(name -> all.addCollections(CollectionDescription.newBuilder().setName(name)));
      answer(to, all.build());
    }

    @Override
    public void get(
        GetCollectionInfoRequest request, StreamObserver<GetCollectionInfoResponse> to) {
      CreateCollection made = held(request.getCollectionName()).made();
      answer(
          to,
          GetCollectionInfoResponse.newBuilder()
              .setResult(
                  CollectionInfo.newBuilder()
                      .setConfig(
                          CollectionConfig.newBuilder()
                              .setParams(
                                  CollectionParams.newBuilder()
                                      .setVectorsConfig(made.getVectorsConfig()))))
              .build());
    }

    @Override
    public void listAliases(ListAliasesRequest request, StreamObserver<ListAliasesResponse> to) {
      ListAliasesResponse.Builder all = ListAliasesResponse.newBuilder();
      aliases.forEach(
          (alias, name) ->
              all.addAliases(
                  AliasDescription.newBuilder().setAliasName(alias).setCollectionName(name)));
      answer(to, all.build());
    }

    @Override
    public void updateAliases(
        ChangeAliases request, StreamObserver<CollectionOperationResponse> to) {
      for (AliasOperations step : request.getActionsList()) {
        if (step.hasDeleteAlias()) {
          aliases.remove(step.getDeleteAlias().getAliasName());
        } else {
          String alias = step.getCreateAlias().getAliasName();
          if (collections.containsKey(alias)) {
            throw Status.INVALID_ARGUMENT
                .withDescription("Collection with name `" + alias + "` already exists")
                .asRuntimeException();
          }
          held(step.getCreateAlias().getCollectionName());
          aliases.put(alias, step.getCreateAlias().getCollectionName());
        }
      }
      done(to);
    }
  }

  private final class Points extends PointsImplBase {

    private static void done(StreamObserver<PointsOperationResponse> to) {
      answer(
          to,
          PointsOperationResponse.newBuilder()
              .setResult(UpdateResult.newBuilder().setStatus(UpdateStatus.Completed))
              .build());
    }

    @Override
    public void upsert(UpsertPoints request, StreamObserver<PointsOperationResponse> to) {
      Held held = held(request.getCollectionName());
      VectorParams params = held.made().getVectorsConfig().getParams();
      for (PointStruct point : request.getPointsList()) {
        int size = floats(point).size();
        if (size != params.getSize()) {
          throw Status.INVALID_ARGUMENT
              .withDescription(
                  "Wrong input: Vector dimension error: expected dim: %d, got %d"
                      .formatted(params.getSize(), size))
              .asRuntimeException();
        }
      }
      request.getPointsList().forEach(point -> held.points().put(point.getId().getNum(), point));
      done(to);
    }

    @Override
    public void delete(DeletePoints request, StreamObserver<PointsOperationResponse> to) {
      Held held = held(request.getCollectionName());
      request.getPoints().getPoints().getIdsList().forEach(id -> held.points().remove(id.getNum()));
      done(to);
    }

    @Override
    public void get(GetPoints request, StreamObserver<GetResponse> to) {
      Held held = held(request.getCollectionName());
      GetResponse.Builder found = GetResponse.newBuilder();
      for (PointId id : request.getIdsList()) {
        PointStruct point = held.points().get(id.getNum());
        if (point != null) {
          RetrievedPoint.Builder one = RetrievedPoint.newBuilder().setId(id);
          if (request.getWithVectors().getEnable()) {
            one.setVectors(
                VectorsOutput.newBuilder()
                    .setVector(
                        VectorOutput.newBuilder()
                            .setDense(DenseVector.newBuilder().addAllData(floats(point)))));
          }
          found.addResult(one);
        }
      }
      answer(to, found.build());
    }

    @Override
    public void count(CountPoints request, StreamObserver<CountResponse> to) {
      answer(
          to,
          CountResponse.newBuilder()
              .setResult(
                  CountResult.newBuilder()
                      .setCount(held(request.getCollectionName()).points().size()))
              .build());
    }

    @Override
    public void scroll(ScrollPoints request, StreamObserver<ScrollResponse> to) {
      scrolls.incrementAndGet();
      List<Long> rest =
          held(request.getCollectionName()).points().keySet().stream()
              .filter(id -> !request.hasOffset() || id >= request.getOffset().getNum())
              .limit(request.getLimit() + 1L)
              .toList();
      ScrollResponse.Builder page = ScrollResponse.newBuilder();
      rest.stream()
          .limit(request.getLimit())
          .forEach(id -> page.addResult(RetrievedPoint.newBuilder().setId(pointId(id))));
      if (rest.size() > request.getLimit()) {
        page.setNextPageOffset(pointId(rest.get(request.getLimit())));
      }
      answer(to, page.build());
    }

    @Override
    public void query(QueryPoints request, StreamObserver<QueryResponse> to) {
      Held held = held(request.getCollectionName());
      if (held.made().getVectorsConfig().getParams().getDistance() != Distance.Cosine) {
        throw Status.UNIMPLEMENTED.asRuntimeException();
      }
      List<Float> query = request.getQuery().getNearest().getDense().getDataList();
      Stream<ScoredPoint> scored =
          held.points().values().stream()
              .map(
                  point ->
                      ScoredPoint.newBuilder()
                          .setId(point.getId())
                          .setScore(cosine(query, floats(point)))
                          .build())
              .filter(
                  point ->
                      !request.hasScoreThreshold()
                          || point.getScore() >= request.getScoreThreshold());
      // Equal scores come in no order that anybody promised.
      Comparator<ScoredPoint> bestFirst =
          Comparator.comparing(ScoredPoint::getScore)
              .reversed()
              .thenComparing(point -> Long.reverse(point.getId().getNum()));
      answer(
          to,
          QueryResponse.newBuilder()
              .addAllResult(
                  scored
                      .sorted(bestFirst)
                      .skip(request.getOffset())
                      .limit(request.getLimit())
                      .toList())
              .build());
    }

    private static PointId pointId(long id) {
      return PointId.newBuilder().setNum(id).build();
    }

    @SuppressWarnings("deprecation") // what the client sends is its own affair
    private static List<Float> floats(PointStruct point) {
      var vector = point.getVectors().getVector();
      return vector.hasDense() ? vector.getDense().getDataList() : vector.getDataList();
    }

    private static float cosine(List<Float> a, List<Float> b) {
      double ab = 0;
      double aa = 0;
      double bb = 0;
      for (int i = 0; i < a.size(); i++) {
        ab += (double) a.get(i) * b.get(i);
        aa += (double) a.get(i) * a.get(i);
        bb += (double) b.get(i) * b.get(i);
      }
      return (float) (ab / Math.sqrt(aa * bb));
    }
  }
}
