package dev.minsight.sdk;

/**
 * What a new entity is to be called and where it goes.
 *
 * @param label what people call it, or null
 * @param description free text, or null
 * @param parentId the collection it goes into, null for the root
 */
public record EntityDraft(String label, String description, Long parentId) {

  /**
   * @param label what people call it
   * @return at the root, without a description
   */
  public static EntityDraft labelled(String label) {
    return new EntityDraft(label, null, null);
  }

  /**
   * @param collectionId where it goes
   */
  public EntityDraft in(long collectionId) {
    return new EntityDraft(label, description, collectionId);
  }

  /**
   * @param text free text
   */
  public EntityDraft describedAs(String text) {
    return new EntityDraft(label, text, parentId);
  }

  Params toForm(boolean collection) {
    return new Params()
        .add("is_collection", collection)
        .add("label", label)
        .add("description", description)
        .add("parent_id", parentId);
  }
}
