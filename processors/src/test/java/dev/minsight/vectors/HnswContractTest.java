package dev.minsight.vectors;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("An embedded index that is large, that is, whose limit is small")
class HnswContractTest extends VectorIndexContract {

  @TempDir Path folder;

  @Override
  VectorIndex create() {
    return reopen();
  }

  @Override
  VectorIndex reopen() {
    return new EmbeddedVectorIndex(folder, 1); // every vector is one too many
  }
}
