package dev.minsight.sdk;

import java.net.URI;
import java.util.List;

/** What an admin sees to. */
public final class SystemClient {

  private final Transport transport;
  private final URI base;

  SystemClient(Transport transport, URI store) {
    this.transport = transport;
    this.base = URI.create(store + "/system");
  }

  @WireRecord
  private record VectorIndex(List<VectorCollection> collections) {}

  /**
   * @return the collections of the vector index
   */
  public List<VectorCollection> vectors() {
    return transport.get(base, "/vectors", new Params(), VectorIndex.class).collections();
  }

  /**
   * Begins to build collections again; {@link #vectors} tells when it is done.
   *
   * @param collection its name, or null for all
   * @return the collections
   * @throws ApiException.NotFound when there is no such collection
   */
  public List<VectorCollection> rebuildVectors(String collection) {
    Params form = new Params();
    form.add("collection", collection);
    return transport
        .postForm(base, "/vectors/rebuild", form, VectorIndex.class)
        .body()
        .collections();
  }
}
