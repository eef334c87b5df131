package dev.minsight.store;

import dev.minsight.store.EntityOrder.SortKey;
import dev.minsight.support.ApiException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;

/**
 * Behind which row a list goes on (keyset pagination, use-the-index-luke.com/no-offset): what was
 * added or removed before that row moves nothing. On the wire it is opaque; it carries the order,
 * and a digest of itself and the filter, so that a changed one or one of another list is noticed.
 * It grants nothing, so the digest needs no secret.
 *
 * @param order of the list
 * @param value what the row is sorted by, {@link Long} or {@link String}; null without one
 * @param id of the row
 */
record EntityCursor(EntityOrder order, Object value, long id) {

  private static final int DIGEST_CHARS = 24;
  private static final int PARTS = 5;

  String encode(EntityFilter filter) {
    String text = String.join(".", content(), digest(filter), value == null ? "" : "=" + value);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private String content() {
    return String.join(".", order.by().name(), order.ascending() ? "asc" : "desc", "" + id);
  }

  private String digest(EntityFilter filter) {
    String all = content() + "\n" + (value == null ? "" : "=" + value) + "\n" + filter.canonical();
    try {
      byte[] sum =
          MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sum).substring(0, DIGEST_CHARS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * @param text as {@link #encode} made it
   * @param filter of the list that is to go on
   * @param order of the list that is to go on; null takes the cursor's
   * @throws ApiException (422) if it is none, or one of another list
   */
  static EntityCursor decode(String text, EntityFilter filter, EntityOrder order) {
    EntityCursor cursor;
    try {
      String[] parts =
          new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8)
              .split("\\.", PARTS);
      SortKey by = SortKey.valueOf(parts[0]);
      String value = parts[4].isEmpty() ? null : parts[4].substring(1);
      if (value != null && value.indexOf('\0') >= 0) {
        throw new IllegalArgumentException("no label has U+0000, and PostgreSQL refuses it");
      }
      boolean number = value != null && by != SortKey.LABEL;
      cursor =
          new EntityCursor(
              new EntityOrder(by, parts[1].equals("asc")),
              number ? (Object) Long.valueOf(value) : value,
              Long.parseLong(parts[2]));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new ApiException(
          422, "cursor is none that this server gave; start again without a cursor");
    }
    // Encoded anew it is the same text, digest and all, or it was changed.
    if (!cursor.encode(filter).equals(text)
        || !Objects.equals(order == null ? cursor.order() : order, cursor.order())) {
      throw new ApiException(
          422,
          "cursor belongs to another list or was changed; send the conditions and the order it was"
              + " given for, or start again without a cursor");
    }
    return cursor;
  }
}
