package dev.minsight.testing;

import dev.minsight.support.MinsightProperties;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Settings for tests that need no server. */
public final class TestSettings {

  private TestSettings() {}

  /** The defaults, at a home of the test's own. */
  public static MinsightProperties at(Path home) {
    return new MinsightProperties(
        home,
        "127.0.0.1",
        EnumSet.allOf(MinsightProperties.Role.class),
        new MinsightProperties.Ports(8000, 8001, 8002),
        new MinsightProperties.Mqtt(1883, "", "", "", 0),
        new MinsightProperties.Auth(
            true,
            "admin",
            "",
            30,
            100,
            new MinsightProperties.Login(
                5,
                30,
                Duration.ofSeconds(1),
                Duration.ofMinutes(15),
                Duration.ofHours(1),
                100_000)),
        new MinsightProperties.Api(Duration.ofHours(24), List.of()),
        new MinsightProperties.Ingest(
            List.of(),
            Duration.ofSeconds(2),
            Duration.ofMillis(500),
            MinsightProperties.After.MOVE),
        new MinsightProperties.Media(
            4_294_967_296L,
            150_000_000,
            30_000,
            64_000_000,
            Duration.ofSeconds(60),
            8L << 30,
            Duration.ofDays(30)),
        new MinsightProperties.Compute(
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            5,
            Duration.ofDays(7),
            List.of(),
            "",
            Duration.ofMinutes(30)),
        new MinsightProperties.Worker("", 0, Duration.ofMillis(200), Set.of(), "", ""),
        new MinsightProperties.Pipeline(
            64,
            MinsightProperties.Order.OLDEST,
            List.of(Duration.ofSeconds(1), Duration.ofSeconds(10)),
            Duration.ofSeconds(30),
            16,
            new MinsightProperties.Videos(false, Duration.ofSeconds(10), 20)),
        new MinsightProperties.Housekeeping("03:30"),
        new MinsightProperties.Models(32, Duration.ofDays(90)));
  }
}
