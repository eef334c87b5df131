package dev.minsight.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes receipts, and knows them when it sees them. */
final class Receipts {

  private static final ObjectMapper JSON = JsonMapper.builder().build();

  /** A receipt is small; anything larger is somebody's file. */
  private static final int MAX_BYTES = 64 * 1024;

  private Receipts() {}

  /**
   * @return where the receipt of a file lies
   */
  static Path beside(Path file) {
    return file.resolveSibling(Names.receipt(file.getFileName().toString()));
  }

  /** Writes the receipt of a claim beside its target, whole or not at all. */
  static void write(Claim claim, Path target) throws IOException {
    Files.createDirectories(target.getParent());
    // Named after the drop: a second try after a crash overwrites what the first left behind.
    Path draft = target.resolveSibling(".minsight-" + claim.drop() + ".tmp");
    Files.write(draft, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(Receipt.of(claim)));
    Files.move(draft, beside(target), StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Whether a file is a receipt of ours, which somebody moved back together with its photo; it is
   * not taken as a file.
   */
  static boolean isOne(Path file, FileFacts facts) {
    if (!file.getFileName().toString().endsWith(Names.RECEIPT) || facts.size() > MAX_BYTES) {
      return false;
    }
    try {
      JsonNode receipt = JSON.readTree(Files.readAllBytes(file));
      return receipt.has("file") && receipt.has("status") && receipt.has("at");
    } catch (JsonProcessingException e) {
      return false;
    } catch (IOException e) {
      return false; // it will be refused as unreadable, with a receipt
    }
  }
}
