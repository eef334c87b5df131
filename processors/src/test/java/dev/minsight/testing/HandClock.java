package dev.minsight.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** A clock whose hands a test moves; by itself it stands still, or runs as the machine's does. */
public final class HandClock extends Clock {

  private final Clock works;
  private final AtomicReference<Duration> moved = new AtomicReference<>(Duration.ZERO);

  private HandClock(Clock works) {
    this.works = works;
  }

  /** One that stands still. */
  public HandClock(Instant now) {
    this(Clock.fixed(now, ZoneOffset.UTC));
  }

  /** One that runs, and is right until it is moved. */
  public static HandClock running() {
    return new HandClock(Clock.systemUTC());
  }

  /**
   * @param by negative: back
   * @return how far it was moved in all
   */
  public Duration forward(Duration by) {
    return moved.updateAndGet(before -> before.plus(by));
  }

  @Override
  public Instant instant() {
    return works.instant().plus(moved.get());
  }

  @Override
  public ZoneId getZone() {
    return works.getZone();
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
