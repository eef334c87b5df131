package dev.minsight.vectors;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("An embedded index that is small")
class ExactContractTest extends VectorIndexContract {

  @TempDir Path folder;

  @Override
  VectorIndex create() {
    return reopen();
  }

  @Override
  VectorIndex reopen() {
    return new EmbeddedVectorIndex(folder);
  }
}
