package dev.minsight.app;

import dev.minsight.support.ConfigurationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;
import org.springframework.boot.context.event.ApplicationContextInitializedEvent;
import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;

/**
 * One server a home: two would write over each other's engine and index. The operating system lets
 * go of the lock when a process dies, however it dies. Beside it stands the process id, for {@code
 * ./minsight stop}.
 */
final class HomeLock implements ApplicationListener<ApplicationEvent> {

  private final Path pid;
  private final FileChannel channel;

  private HomeLock(Path home) {
    this.pid = home.resolve("minsight.pid");
    try {
      channel =
          FileChannel.open(
              home.resolve("minsight.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!locked()) {
        channel.close();
        throw new ConfigurationException(
            "another mInsight server is running on "
                + home
                + "; stop it with ./minsight stop, or choose another folder with --home");
      }
      Files.writeString(pid, Long.toString(ProcessHandle.current().pid()));
    } catch (IOException e) {
      throw new ConfigurationException("the folder " + home + " cannot be locked: " + e, e);
    }
  }

  static HomeLock take(Path home) {
    return new HomeLock(home);
  }

  private boolean locked() throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  @Override
  public void onApplicationEvent(ApplicationEvent event) {
    if (event instanceof ApplicationContextInitializedEvent initialized
        && initialized.getApplicationContext().getBeanFactory()
            instanceof DefaultSingletonBeanRegistry beans) {
      // The first to be registered is the last to be destroyed: a server that finishes its work
      // after it was told to stop still writes.
      beans.registerDisposableBean("homeLock", this::release);
    } else if (event instanceof ApplicationFailedEvent) {
      release();
    }
  }

  void release() {
    try {
      if (channel.isOpen()) {
        Files.deleteIfExists(pid);
        channel.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the lock beside " + pid + " cannot be released", e);
    }
  }
}
