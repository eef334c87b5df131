package dev.minsight.sdk;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Objects;

/**
 * A client of one server. Threads may share it; it holds no state but a connection pool that needs
 * no closing.
 *
 * <pre>{@code
 * MinsightClient client = MinsightClient.builder().token(token).build();
 * Uploaded photo = client.store().upload(Path.of("beach.jpg"), EntityDraft.labelled("Beach"));
 * client.waitForCompletion(photo.entity().id(), Duration.ofMinutes(2));
 * List<Face> faces = client.intelligence().faces(photo.entity().id());
 * }</pre>
 *
 * <p>Every call throws {@link ApiException} or one of its kinds when the server refuses or does not
 * answer, and {@link java.util.concurrent.CancellationException} when the calling thread is
 * interrupted.
 */
public final class MinsightClient {

  private final ServerUrls servers;
  private final Transport transport;

  private MinsightClient(ServerUrls servers, Transport transport) {
    this.servers = servers;
    this.transport = transport;
  }

  /**
   * @return a guest at the server the environment names, unless told otherwise
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * @return where this client calls
   */
  public ServerUrls servers() {
    return servers;
  }

  /**
   * @return users and tokens
   */
  public AuthClient auth() {
    return new AuthClient(transport, servers.auth());
  }

  /**
   * @return entities and their files
   */
  public StoreClient store() {
    return new StoreClient(transport, servers.store());
  }

  /**
   * @return what an admin sees to
   */
  public SystemClient system() {
    return new SystemClient(transport, servers.store());
  }

  /**
   * @return faces, people, vectors, likeness
   */
  public IntelligenceClient intelligence() {
    return new IntelligenceClient(transport, servers.store());
  }

  /**
   * @param service which of the three
   * @return how it introduces itself
   */
  public ServiceInfo info(Service service) {
    return transport.get(servers.of(service), "/", new Params(), ServiceInfo.class);
  }

  /**
   * @return how the server and its parts are; a server that is down but answers is not an error
   */
  public Health health() {
    return transport.getEvenUnavailable(servers.store(), "/actuator/health", Health.class);
  }

  /**
   * Waits until the work on an entity is done; returns at once where it is. Only images are worked
   * on: for anything else the wait ends by its time-out.
   *
   * @param entityId of an image
   * @param timeout how long to wait in all
   * @return its state, completed
   * @throws ProcessingFailedException when the work ended with an error
   * @throws WaitTimedOutException when it did not end in time
   * @throws ApiException when the server refuses, or is away at the first question or at the end
   */
  public Intelligence waitForCompletion(long entityId, Duration timeout) {
    return new CompletionWait(intelligence(), CompletionWait.SYSTEM).await(entityId, timeout);
  }

  /** Collects what a client needs to know. */
  public static final class Builder {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private ServerUrls servers;
    private AuthProvider auth = AuthProvider.none();
    private Duration timeout = Duration.ofSeconds(30);

    private Builder() {}

    /**
     * @param urls where to call; without it, {@link ServerUrls#fromEnvironment()}
     */
    public Builder servers(ServerUrls urls) {
      this.servers = Objects.requireNonNull(urls);
      return this;
    }

    /**
     * @param token a JWT or an API key
     */
    public Builder token(String token) {
      return auth(AuthProvider.bearer(token));
    }

    /**
     * @param key as {@code POST /auth/api-keys} returned it
     */
    public Builder apiKey(String key) {
      return auth(AuthProvider.apiKey(key));
    }

    /**
     * @param provider asked before every request
     */
    public Builder auth(AuthProvider provider) {
      this.auth = Objects.requireNonNull(provider);
      return this;
    }

    /**
     * @param silence how long no byte may move in either direction before a call is given up; 30 s
     *     by default. The length of an upload or a download does not count
     */
    public Builder timeout(Duration silence) {
      this.timeout = Objects.requireNonNull(silence);
      return this;
    }

    /**
     * @return the client; it does not call yet
     */
    public MinsightClient build() {
      // HTTP/1.1: the server speaks nothing else on plain ports, and an upgrade offer on every
      // first request would only be declined. No redirects: a token must not follow one elsewhere.
      HttpClient http =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NEVER)
              .connectTimeout(CONNECT_TIMEOUT)
              .build();
      return new MinsightClient(
          servers == null ? ServerUrls.fromEnvironment() : servers,
          new Transport(http, auth, timeout, Wire.newMapper()));
    }
  }
}
