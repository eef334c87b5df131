package dev.minsight.ml;

import java.net.URI;
import java.util.List;

/**
 * One model of the manifest: what it is, where it comes from and how to use it.
 *
 * @param id unique name; stored with every result of the model
 * @param task what it does, see {@link ModelTask}
 * @param preferred whether it is the one installed when only the task is named
 * @param lite whether it is bundled and serves where no full model was ever installed
 * @param file file name, without folder
 * @param urls where it can be had, tried in this order; empty for bundled models
 * @param size in bytes
 * @param sha256 of the file, 64 lower-case hex digits
 * @param companions files it cannot do without beside its weights, such as a vocabulary; installed
 *     with it
 * @param licence licence and open questions of rights, for people
 * @param note what else people should know, or ""
 * @param pairsWith id of the model whose vectors live in the same space, or ""
 * @param input what it reads
 * @param output what it writes
 * @param thresholds how its scores become decisions
 */
public record ModelSpec(
    String id,
    String task,
    boolean preferred,
    boolean lite,
    String file,
    List<URI> urls,
    long size,
    String sha256,
    List<ModelPart> companions,
    String licence,
    String note,
    String pairsWith,
    ModelInput input,
    ModelOutput output,
    Thresholds thresholds) {

  /**
   * @return the file of its weights
   */
  public ModelPart weights() {
    return new ModelPart(file, urls, size, sha256);
  }

  /**
   * @return the detector's thresholds
   * @throws IllegalStateException if it is no detector
   */
  public Thresholds.Detection detection() {
    return thresholds(Thresholds.Detection.class);
  }

  /**
   * @return the thresholds by which faces are matched
   * @throws IllegalStateException if it embeds no faces
   */
  public Thresholds.Matching matching() {
    return thresholds(Thresholds.Matching.class);
  }

  /**
   * @return the thresholds by which pictures are alike
   * @throws IllegalStateException if it embeds no pictures
   */
  public Thresholds.Similarity similarity() {
    return thresholds(Thresholds.Similarity.class);
  }

  /**
   * @return how words are prepared for it
   * @throws IllegalStateException if it reads no words
   */
  public ModelInput.Text text() {
    if (input instanceof ModelInput.Text text) {
      return text;
    }
    throw new IllegalStateException("model " + id + " does not read words");
  }

  /**
   * @return how a picture is prepared for it
   * @throws IllegalStateException if it reads no pictures
   */
  public ModelInput.Image image() {
    if (input instanceof ModelInput.Image image) {
      return image;
    }
    throw new IllegalStateException("model " + id + " does not read pictures");
  }

  private <T extends Thresholds> T thresholds(Class<T> kind) {
    if (kind.isInstance(thresholds)) {
      return kind.cast(thresholds);
    }
    throw new IllegalStateException(
        "model " + id + " of task " + task + " has no " + kind.getSimpleName() + " thresholds");
  }
}
