package dev.minsight.support;

import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * All settings under {@code minsight}, checked once at start; each is documented with its unit and
 * default in {@code config/application.yaml}.
 *
 * @param home folder of everything that is kept
 * @param host address to listen on
 * @param roles parts this process runs
 * @param ports TCP ports of the three services
 * @param mqtt broker settings
 * @param auth accounts
 * @param api what HTTP clients may rely on
 * @param ingest drop folder
 * @param media limits on files
 * @param compute jobs
 * @param worker workers of this process
 * @param pipeline order and retries of the work on a photo
 * @param housekeeping clean-up
 * @param models what happens when another model is to serve
 */
@Validated
@ConfigurationProperties("minsight")
public record MinsightProperties(
    @NotNull Path home,
    @NotBlank String host,
    @NotEmpty Set<Role> roles,
    @Valid @NotNull Ports ports,
    @Valid @NotNull Mqtt mqtt,
    @Valid @NotNull Auth auth,
    @Valid @NotNull Api api,
    @Valid @NotNull Ingest ingest,
    @Valid @NotNull Media media,
    @Valid @NotNull Compute compute,
    @Valid @NotNull Worker worker,
    @Valid @NotNull Pipeline pipeline,
    @Valid @NotNull Housekeeping housekeeping,
    @Valid @NotNull Models models) {

  /** A part of the server that a process may run or leave to another. */
  public enum Role {
    AUTH,
    STORE,
    COMPUTE,
    INSIGHT,
    INGEST,
    WORKER
  }

  /** What becomes of a file in a watched folder once it was taken. */
  public enum After {
    MOVE,
    COPY,
    KEEP
  }

  /**
   * Ports; equal numbers merge the services.
   *
   * @param auth port of the auth service
   * @param store port of the store
   * @param compute port of the compute service
   */
  public record Ports(
      @Min(1) @Max(65535) int auth,
      @Min(1) @Max(65535) int store,
      @Min(1) @Max(65535) int compute) {}

  /**
   * Broker settings.
   *
   * @param port of the embedded broker
   * @param url of an external broker, empty for the embedded one
   * @param username for the external broker
   * @param password for the external broker
   * @param topicPort number inside topic names, 0 for the store's port
   */
  public record Mqtt(
      @Min(1) @Max(65535) int port,
      String url,
      String username,
      String password,
      @Min(0) @Max(65535) int topicPort) {

    /**
     * @return whether an external broker replaces the embedded one
     */
    public boolean external() {
      return url != null && !url.isBlank();
    }
  }

  /**
   * Accounts.
   *
   * @param enabled false opens everything
   * @param adminUsername name of the first admin
   * @param adminPassword password of the first admin, empty for a random one
   * @param tokenExpireMinutes life of an access token, minutes
   * @param maxApiKeys most API keys of one account
   * @param login what happens to those who guess passwords
   */
  public record Auth(
      boolean enabled,
      @NotBlank String adminUsername,
      String adminPassword,
      @Min(1) @Max(10080) int tokenExpireMinutes,
      @Min(1) int maxApiKeys,
      @Valid @NotNull Login login) {}

  /**
   * Limits on failed logins.
   *
   * @param failures of one user from one address before the next try has to wait
   * @param failuresPerAddress the same for all users from one address together
   * @param firstWait doubled by each further failure
   * @param longestWait where doubling ends
   * @param forgetAfter rest after which failures count no more
   * @param maxTracked pairs of user and address, and addresses, remembered at the same time
   */
  public record Login(
      @Min(1) int failures,
      @Min(1) int failuresPerAddress,
      @NotNull Duration firstWait,
      @NotNull Duration longestWait,
      @NotNull Duration forgetAfter,
      @Min(100) int maxTracked) {}

  /**
   * What HTTP clients may rely on.
   *
   * @param idempotencyKeep how long the answer to a POST with an Idempotency-Key is kept
   * @param corsOrigins origins whose pages may call the API, {@code *} for all, empty for none
   */
  public record Api(@NotNull Duration idempotencyKeep, @NotNull List<String> corsOrigins) {}

  /**
   * Drop folder.
   *
   * @param watch folders watched besides the inbox
   * @param stableFor how long a file must rest before it is taken
   * @param pollEvery pause between two looks
   * @param after what happens to a taken file
   */
  public record Ingest(
      List<Path> watch,
      @NotNull Duration stableFor,
      @NotNull Duration pollEvery,
      @NotNull After after) {}

  /**
   * Limits on files.
   *
   * @param maxBytes largest file, bytes
   * @param maxPixels largest picture, pixels
   * @param maxSide longest side, pixels
   * @param pixelsInFlight pixels decoded at the same time
   * @param ffmpegTimeout longest run of ffmpeg on one file
   * @param ffmpegMemory address space of one ffmpeg, bytes; 0 for no limit
   * @param keepReplaced how long the original of an earlier version is kept; zero for not at all
   */
  public record Media(
      @Min(1) long maxBytes,
      @Min(1) long maxPixels,
      @Min(1) int maxSide,
      @Min(1_000_000) long pixelsInFlight,
      @NotNull Duration ffmpegTimeout,
      @Min(0) long ffmpegMemory,
      @NotNull Duration keepReplaced) {}

  /**
   * Workers of this process.
   *
   * @param id name of this process's worker, part of its MQTT topic; empty for one by the port
   * @param threads 0 for one per core
   * @param pollEvery pause between two looks for work
   * @param tasks what it does; empty for all that there are plugins for
   * @param server address of the server that a worker of its own process works for
   * @param apiKey by which the server knows it
   */
  public record Worker(
      @NotNull @Pattern(regexp = "[A-Za-z0-9._-]*") String id,
      @Min(0) @Max(256) int threads,
      @NotNull Duration pollEvery,
      @NotNull Set<String> tasks,
      @NotNull @Pattern(regexp = "(https?://[^/@]+.*)?", message = "begins with http(s)://host")
          String server,
      @NotNull String apiKey) {

    /**
     * @param port by which servers of one machine are told apart
     * @return the name it announces itself under
     */
    public String effectiveId(int port) {
      return id.isEmpty() ? "server-" + port : id;
    }

    /**
     * @return number of worker threads, at least 1
     */
    public int effectiveThreads() {
      return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    }
  }

  /**
   * Jobs.
   *
   * @param lease how long a task may be held unextended
   * @param priorityStep so much earlier a job of the next lower priority comes first all the same
   * @param maxDeaths so many workers may die over a job before it is stopped
   * @param keepJobs how long jobs of the API are kept after they ended; zero keeps them
   * @param webhooks beginnings of addresses that may be called when a job has ended
   * @param webhookSecret signs the calls
   * @param hlsTimeout longest time one video may be encoded for streaming
   */
  public record Compute(
      @NotNull Duration lease,
      @NotNull Duration priorityStep,
      @Min(1) @Max(100) int maxDeaths,
      @NotNull Duration keepJobs,
      @NotNull
          List<
                  @Pattern(regexp = "https?://[^/@]+/.*", message = "begins with http(s)://host/")
                  String>
              webhooks,
      @NotNull String webhookSecret,
      @NotNull Duration hlsTimeout) {

    @AssertTrue(message = "webhooks need webhook-secret, at least 16 characters")
    boolean isSigned() {
      return webhooks.isEmpty() || webhookSecret.length() >= 16;
    }
  }

  /** Which of the photos that wait is next. */
  public enum Order {
    OLDEST,
    NEWEST
  }

  /**
   * Order and retries of the work on a photo.
   *
   * @param maxInFlight processes at the same time
   * @param order which of the photos that wait, and are equally urgent, is next
   * @param retry waits before each further try of a step
   * @param sweepEvery pause between two looks for unannounced work
   * @param smallestFace shorter side of the smallest face that is given a person, in pixels
   * @param videos what is seen of videos
   */
  public record Pipeline(
      @Min(1) @Max(10_000) int maxInFlight,
      @NotNull Order order,
      @NotEmpty List<Duration> retry,
      @NotNull Duration sweepEvery,
      @Min(0) @Max(10_000) int smallestFace,
      @Valid @NotNull Videos videos) {}

  /**
   * What is seen of videos.
   *
   * @param keyFrames whether key frames are looked at as photos are
   * @param interval least time between two of them
   * @param atMost key frames of one video
   */
  public record Videos(
      boolean keyFrames,
      @NotNull @DurationMin(millis = 100) Duration interval,
      @Min(1) @Max(30) int atMost) {}

  /**
   * Clean-up.
   *
   * @param at time of day, {@code HH:mm}, in the zone of the machine
   */
  public record Housekeeping(
      @NotNull
          @Pattern(
              regexp = "([01][0-9]|2[0-3]):[0-5][0-9]",
              message = "is a time, HH:mm, like 03:30")
          String at) {}

  /**
   * What happens when another model is to serve.
   *
   * @param upgradeInFlight photos described again at the same time
   * @param keepVectors how long the vectors of a former model are kept beside the new ones
   */
  public record Models(@Min(1) @Max(1000) int upgradeInFlight, @NotNull Duration keepVectors) {}

  /**
   * @param role a part
   * @return whether this process runs it
   */
  public boolean runs(Role role) {
    return roles.contains(role);
  }

  /**
   * @return whether only this machine can reach the server
   */
  public boolean loopbackOnly() {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
  }

  /**
   * @return the port number that stands in topic names
   */
  public int topicPort() {
    return mqtt.topicPort() > 0 ? mqtt.topicPort() : ports.store();
  }
}
