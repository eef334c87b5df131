package dev.minsight.insight;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Progress of model upgrades for the command line, which works without the server and its accounts:
 * {@code upgrades.json} in the models folder, replaced as a whole.
 */
public final class UpgradeNews {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;

  /**
   * @param modelsDir folder of the installed models
   */
  public UpgradeNews(Path modelsDir) {
    this.file = modelsDir.resolve("upgrades.json");
  }

  /**
   * @return what the server said last; empty when nothing is being described again
   * @throws IOException if it cannot be read
   */
  public List<UpgradeProgress> read() throws IOException {
    try {
      return List.of(JSON.readValue(Files.readAllBytes(file), UpgradeProgress[].class));
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  void write(List<UpgradeProgress> news) throws IOException {
    if (news.isEmpty()) {
      Files.deleteIfExists(file);
      return;
    }
    Files.createDirectories(file.getParent());
    Path part = file.resolveSibling(".upgrades.json.part");
    JSON.writeValue(part.toFile(), news);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
