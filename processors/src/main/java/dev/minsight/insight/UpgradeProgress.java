package dev.minsight.insight;

/**
 * How far describing everything by another model is.
 *
 * @param task see {@link dev.minsight.ml.ModelTask}
 * @param from model that goes on serving meanwhile; null when {@code to} serves already, and only
 *     what it has not seen is being made up for
 * @param to model that everything is described by
 * @param done photos described by it
 * @param total photos to be described by it, those that failed included
 * @param failed photos that it cannot describe
 * @param etaSeconds until all is done at the pace so far; null when that is not known
 * @param reason why it waits, in plain words; null when it does not
 * @param at when this was so, ms since epoch
 */
public record UpgradeProgress(
    String task,
    String from,
    String to,
    long done,
    long total,
    long failed,
    Long etaSeconds,
    String reason,
    long at) {

  /**
   * @return one sentence for people
   */
  public String words() {
    StringBuilder words = new StringBuilder();
    words
        .append(from == null ? "photos are described by " + to : to + " takes over from " + from)
        .append(": ")
        .append(done)
        .append(" of ")
        .append(total)
        .append(" photos");
    if (failed > 0) {
      words.append(", ").append(failed).append(" failed");
    }
    if (reason != null) {
      words.append("; waits: ").append(reason);
    } else if (etaSeconds != null) {
      words.append(", about ").append(duration(etaSeconds)).append(" left");
    }
    return words.toString();
  }

  private static String duration(long seconds) {
    if (seconds < 90) {
      return seconds + " s";
    }
    return seconds < 5400 ? (seconds + 30) / 60 + " min" : (seconds + 1800) / 3600 + " h";
  }
}
