package dev.minsight.sdk;

/**
 * How to search for what resembles something. Null leaves the choice to the server.
 *
 * @param limit most results, 1..50
 * @param threshold least cosine similarity, 0..1
 * @param includeSelf whether the one searched with is among the results
 * @param includeDetails whether entities come along whole
 */
public record SimilarQuery(
    Integer limit, Double threshold, Boolean includeSelf, Boolean includeDetails) {

  /**
   * @return the server's defaults
   */
  public static SimilarQuery defaults() {
    return new SimilarQuery(null, null, null, null);
  }

  /**
   * @param most results, 1..50
   */
  public SimilarQuery limit(Integer most) {
    return new SimilarQuery(most, threshold, includeSelf, includeDetails);
  }

  /**
   * @param least cosine similarity, 0..1
   */
  public SimilarQuery threshold(Double least) {
    return new SimilarQuery(limit, least, includeSelf, includeDetails);
  }

  /**
   * @param include whether the one searched with is among the results
   */
  public SimilarQuery includeSelf(boolean include) {
    return new SimilarQuery(limit, threshold, include, includeDetails);
  }

  /**
   * @param include whether entities come along whole
   */
  public SimilarQuery includeDetails(boolean include) {
    return new SimilarQuery(limit, threshold, includeSelf, include);
  }

  /**
   * @param thresholdName the two searches of the contract name it differently
   */
  Params toQuery(String thresholdName) {
    return new Params()
        .add("limit", limit)
        .add(thresholdName, threshold)
        .add("include_self", includeSelf)
        .add("include_details", includeDetails);
  }
}
