package dev.minsight.app;

import java.util.Arrays;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.domain.EntityScan;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.scheduling.annotation.EnableScheduling;

/** The server. */
@SpringBootApplication(scanBasePackages = "dev.minsight")
@ConfigurationPropertiesScan("dev.minsight")
@EntityScan("dev.minsight")
@EnableScheduling
public class Minsight {

  /**
   * Starts the server or a worker ({@code worker …}), or runs a command that needs none ({@code
   * models …}).
   *
   * @param args command and flags; see {@code ./minsight help}
   */
  @SuppressWarnings("checkstyle:RegexpSinglelineJava")
  public static void main(String[] args) {
    if (args.length > 0 && args[0].equals("models")) {
      System.exit(ModelsCommand.run(Arrays.copyOfRange(args, 1, args.length)));
    }
    try {
      if (args.length > 0 && args[0].equals("worker")) {
        WorkerCommand.start(Arrays.copyOfRange(args, 1, args.length));
      } else {
        application().run(ServerFlags.toProperties(args));
      }
    } catch (Throwable failure) {
      // A failed context can leave broker and engine threads behind, so the JVM is ended here.
      System.exit(StartFailure.report(failure));
    }
  }

  static SpringApplication application() {
    SpringApplication application = new SpringApplication(Minsight.class);
    application.addListeners(new PostgresqlProfile(), new LogFolder(), new Preflight());
    return application;
  }
}
