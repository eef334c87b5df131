package dev.minsight.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.support.ApiException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Names of permissions, and lists of them as clients write them. Other names may be free text. */
public final class Permissions {

  /** Reading entities and what is known about them. */
  public static final String MEDIA_STORE_READ = "media_store_read";

  /** Creating, changing and deleting them. */
  public static final String MEDIA_STORE_WRITE = "media_store_write";

  /** Submitting, reading and deleting compute jobs. */
  public static final String AI_INFERENCE_SUPPORT = "ai_inference_support";

  /** Taking tasks as a worker, with the files they need, and reporting what became of them. */
  public static final String COMPUTE_WORKER = "compute_worker";

  /** Looking at the work in Camunda's Cockpit, and retrying its steps there. */
  public static final String PROCESS_OPERATION = "process_operation";

  /** As a scope of an API key: all that its owner may do as an admin. Else without meaning. */
  public static final String ADMIN = "admin";

  /** The permissions that our services ask for on behalf of people; workers have their own. */
  public static final List<String> SERVICES =
      List.of(MEDIA_STORE_READ, MEDIA_STORE_WRITE, AI_INFERENCE_SUPPORT);

  private static final int MOST = 100;
  private static final int LONGEST = 255;
  private static final ObjectMapper JSON = new ObjectMapper();

  private Permissions() {}

  /**
   * Reads a list in any of the forms that clients send: a JSON array of texts, the same without
   * quotes ({@code [a, b]}, as Dart prints a list) or names between commas. Names are trimmed,
   * empty ones dropped, repeated ones kept once.
   *
   * @param text the list, maybe empty
   * @return the names in their order
   * @throws ApiException 422 when there are more than 100, or one is longer than 255 characters,
   *     contains a comma or characters that cannot be seen
   */
  public static List<String> parse(String text) {
    Set<String> names = new LinkedHashSet<>();
    for (String item : items(text.strip())) {
      String name = item.strip();
      if (!name.isEmpty()) {
        names.add(checked(name));
      }
    }
    if (names.size() > MOST) {
      throw new ApiException(422, "More than " + MOST + " permissions: " + names.size());
    }
    return List.copyOf(names);
  }

  private static List<String> items(String text) {
    if (!text.startsWith("[") || !text.endsWith("]")) {
      return Arrays.asList(text.split(","));
    }
    try {
      List<String> items = new ArrayList<>();
      for (JsonNode item : JSON.readTree(text)) {
        items.add(item.asText());
      }
      return items;
    } catch (JsonProcessingException e) {
      return Arrays.asList(text.substring(1, text.length() - 1).split(","));
    }
  }

  /** The database keeps the names between commas. */
  private static String checked(String name) {
    if (name.indexOf(',') >= 0 || name.length() > LONGEST || !Legible.all(name)) {
      throw new ApiException(
          422,
          "A permission is at most %d visible characters without commas, not \"%s\""
              .formatted(LONGEST, Legible.excerpt(name)));
    }
    return name;
  }
}
