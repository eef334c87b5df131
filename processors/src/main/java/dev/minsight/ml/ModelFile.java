package dev.minsight.ml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Where the bytes of a model are. */
public sealed interface ModelFile {

  /**
   * @return changes when the bytes may have changed; sessions of an older stamp are stale
   */
  String stamp();

  /**
   * A file whose checksum was found right.
   *
   * @param path of the file
   * @param stamp path, time, size and identity of the file when it was checked
   */
  record OnDisk(Path path, String stamp) implements ModelFile {}

  /**
   * A model packaged with the program.
   *
   * @param resource name on the class path
   */
  record Packaged(String resource) implements ModelFile {

    @Override
    public String stamp() {
      return resource;
    }

    byte[] read() throws IOException {
      try (InputStream in = ModelFile.class.getClassLoader().getResourceAsStream(resource)) {
        if (in == null) {
          throw new NoSuchFileException(resource, null, "not packaged with the program");
        }
        return in.readAllBytes();
      }
    }
  }
}
