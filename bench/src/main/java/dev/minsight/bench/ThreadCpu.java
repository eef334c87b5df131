package dev.minsight.bench;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** CPU time of a JVM's threads, by what they are for; from {@code jcmd Thread.print}. */
final class ThreadCpu {

  private static final Pattern THREAD =
      Pattern.compile("^\"(.+?)\".* cpu=([0-9.]+)ms elapsed=.*$", Pattern.MULTILINE);

  /** First match wins. */
  private static final Map<String, Pattern> GROUPS = new LinkedHashMap<>();

  static {
    group("workers", ".*worker-\\d+");
    group("dispatcher, leases", ".*dispatcher-\\d+|.*lease-keeper-\\d+");
    group("reconcile", "reconcile");
    group("drop folder", ".*file://.*");
    group("outbox route", ".*jpa://.*");
    group("MQTT clients", "MQTT.*|mqtt-.*|.*paho.*|.*timer://mqtt.*");
    group("broker", ".*[Aa]ctive[Mm][Qq].*|.*activemq.*|.*Artemis.*");
    group("engine's own", ".*camunda.*|JobExecutor.*|.*MVStore.*|H2.*|.*Generate Seed.*");
    group("HTTP", "http-.*|task-.*|.*Acceptor.*|.*Poller.*|Catalina.*");
    group("JIT compiler", "C[12] CompilerThread.*|Sweeper thread");
    group("garbage collector, VM", "GC .*|G1 .*|VM .*|Reference Handler|Finalizer|Service Thread");
  }

  private static void group(String name, String threads) {
    GROUPS.put(name, Pattern.compile(threads));
  }

  private ThreadCpu() {}

  /**
   * @param pid of a JVM
   * @return CPU time of each thread that lives now, ms; several of one name are added up
   */
  static Map<String, Double> of(long pid) throws IOException, InterruptedException {
    String text = ChildJvm.jcmd(pid, "Thread.print");
    Map<String, Double> threads = new TreeMap<>();
    for (Matcher thread = THREAD.matcher(text); thread.find(); ) {
      threads.merge(thread.group(1), Double.parseDouble(thread.group(2)), Double::sum);
    }
    return threads;
  }

  /** What the threads used between two looks, ms, by group. */
  static Map<String, Double> groups(Map<String, Double> before, Map<String, Double> after) {
    Map<String, Double> groups = new LinkedHashMap<>();
    GROUPS.keySet().forEach(name -> groups.put(name, 0.0));
    after.forEach(
        (thread, millis) -> {
          String group =
              GROUPS.entrySet().stream()
                  .filter(candidate -> candidate.getValue().matcher(thread).matches())
                  .map(Map.Entry::getKey)
                  .findFirst()
                  .orElse("others");
          groups.merge(group, millis - before.getOrDefault(thread, 0.0), Double::sum);
        });
    return groups;
  }
}
