package dev.minsight.store;

/**
 * A change of some fields; those that are not wanted stay as they are.
 *
 * @param label new label
 * @param description new description
 * @param parentId new place
 * @param deleted whether it is in the trash
 */
public record EntityPatch(
    Wanted<String> label,
    Wanted<String> description,
    Wanted<Long> parentId,
    Wanted<Boolean> deleted) {

  /**
   * A field that may be left as it is, emptied or set.
   *
   * @param sent whether it is to be changed at all
   * @param value its new value, null to empty it
   * @param <T> type of the field
   */
  public record Wanted<T>(boolean sent, T value) {

    /** The field stays as it is. */
    public static <T> Wanted<T> not() {
      return new Wanted<>(false, null);
    }

    /** The field is set, or emptied by null. */
    public static <T> Wanted<T> of(T value) {
      return new Wanted<>(true, value);
    }

    T or(T before) {
      return sent ? value : before;
    }
  }

  /** Takes an entity out of the trash and changes nothing else. */
  public static EntityPatch restore() {
    return new EntityPatch(Wanted.not(), Wanted.not(), Wanted.not(), Wanted.of(false));
  }

  /** Puts an entity into the trash and changes nothing else. */
  public static EntityPatch trash() {
    return new EntityPatch(Wanted.not(), Wanted.not(), Wanted.not(), Wanted.of(true));
  }

  boolean isEmpty() {
    return !label.sent() && !description.sent() && !parentId.sent() && !deleted.sent();
  }
}
