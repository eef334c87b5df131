package dev.minsight.support;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * Where vectors are searched; each setting is documented in {@code config/application.yaml}.
 *
 * @param vectors which index
 * @param vectorsOptions of any index
 * @param qdrant where Qdrant is
 */
@Validated
@ConfigurationProperties("minsight")
public record VectorSettings(
    @NotNull Store vectors, @Valid @NotNull Options vectorsOptions, @Valid @NotNull Qdrant qdrant) {

  /** Where the index is. */
  public enum Store {
    /** In this process, with files under the home. */
    EMBEDDED,
    /** On a Qdrant server. */
    QDRANT
  }

  /**
   * Settings of any index.
   *
   * @param exactLimit numbers (vectors times dimension) that an embedded collection holds in memory
   * @param checkEvery pause between two comparisons of the index with the database
   */
  public record Options(@Min(1) long exactLimit, @NotNull Duration checkEvery) {}

  /**
   * Settings of Qdrant.
   *
   * @param url http or https, host and port
   * @param apiKey empty for none
   * @param timeout longest wait for an answer
   */
  public record Qdrant(
      @NotNull
          @Pattern(regexp = "https?://[^/@:]+(:\\d{1,5})?/?", message = "is http(s)://host:port")
          String url,
      @NotNull String apiKey,
      @NotNull Duration timeout) {

    private static final int GRPC_PORT = 6334;
    private static final int HTTP_PORT = 6333;

    /**
     * @return name or address of the server
     */
    public String host() {
      return URI.create(url).getHost();
    }

    /**
     * @return its port for gRPC. Who gives Qdrant's port for HTTP, as other tools want it, means
     *     the server, so its usual port for gRPC is taken
     */
    public int port() {
      int port = URI.create(url).getPort();
      return port < 0 || port == HTTP_PORT ? GRPC_PORT : port;
    }

    /**
     * @return whether the connection is encrypted
     */
    public boolean tls() {
      return url.startsWith("https:");
    }
  }
}
