package dev.minsight.compute;

import dev.minsight.events.Announcements;
import dev.minsight.events.JobEvent;
import java.time.Clock;
import java.time.Duration;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/**
 * Tells the world about jobs, in the transaction that changes them. Of a photo's own steps only the
 * end is told (the photo's status tells the rest), which spares most of the messages.
 */
@Component
class JobAnnouncer {

  /** A client that subscribes after submitting may miss the end of a job this quick. */
  private static final long QUICK_MILLIS = 1000;

  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final Announcements announcements;
  private final ApplicationEventPublisher events;
  private final Clock clock;

  JobAnnouncer(Announcements announcements, ApplicationEventPublisher events, Clock clock) {
    this.announcements = announcements;
    this.events = events;
    this.clock = clock;
  }

  void changed(Job job) {
    if (!job.ofPipeline()) {
      announcements.job(event(job.id(), job.status(), job.progress()));
      events.publishEvent(new JobWatch.JobChanged(job.id()));
    }
  }

  void ended(Job job) {
    JobEvent event = event(job.id(), job.status(), job.progress());
    announcements.job(event);
    if (!job.ofPipeline()) {
      events.publishEvent(new JobWatch.JobChanged(job.id()));
      if (clock.millis() - job.createdAt() < QUICK_MILLIS) {
        announcements.jobAgain(event, AGAIN);
      }
    }
  }

  private JobEvent event(String id, JobStatus status, int progress) {
    return new JobEvent(id, status.word(), clock.millis(), progress);
  }
}
