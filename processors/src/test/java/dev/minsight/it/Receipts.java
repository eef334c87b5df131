package dev.minsight.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What lies in a drop folder after the server was at it. */
final class Receipts {

  private static final String ENDING = ".receipt.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private Receipts() {}

  /**
   * A file that was put away, and what its receipt says.
   *
   * @param box {@code done} or {@code failed}
   * @param name as it was dropped
   * @param entityId 0 without one
   * @param reason empty without one
   */
  record PutAway(
      String box, String name, byte[] bytes, String status, long entityId, String reason) {}

  /** How many receipts there are; drafts may vanish while this looks. */
  static long count(Path inbox) {
    return Stream.of("done", "failed")
        .flatMap(box -> files(inbox.resolve(box)).stream())
        .filter(Receipts::isReceipt)
        .count();
  }

  /** Every file in {@code done} and {@code failed}; fails where a file has no receipt. */
  static List<PutAway> read(Path inbox) throws IOException {
    List<PutAway> all = new ArrayList<>();
    for (String box : List.of("done", "failed")) {
      for (Path file : files(inbox.resolve(box))) {
        if (!isReceipt(file)) {
          Path receipt = file.resolveSibling(file.getFileName() + ENDING);
          JsonNode says = JSON.readTree(Files.readAllBytes(receipt));
          all.add(
              new PutAway(
                  box,
                  says.get("file").asText(),
                  Files.readAllBytes(file),
                  says.get("status").asText(),
                  says.get("entity_id").asLong(),
                  says.path("reason").asText("")));
        }
      }
    }
    return all;
  }

  /** All regular files below a folder; none when it is not there. */
  static List<Path> files(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> found = Files.walk(folder)) {
      return found.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (UncheckedIOException e) {
      return List.of(); // something vanished meanwhile; look again later
    }
  }

  private static boolean isReceipt(Path file) {
    return file.getFileName().toString().endsWith(ENDING);
  }
}
