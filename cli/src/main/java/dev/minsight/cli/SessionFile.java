package dev.minsight.cli;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.sdk.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * The session on disk. The file is born with mode 0600 and replaced by renaming: there is no moment
 * at which another user, or a second command, sees the token or half a file.
 */
final class SessionFile {

  private final ObjectMapper mapper = Wire.newMapper();
  private final Path file;

  SessionFile(Path configHome) {
    this.file = configHome.resolve("session.json");
  }

  /**
   * @throws CliException when the file is not a session
   */
  Optional<Session> read() {
    try {
      Session session = mapper.readValue(Files.readAllBytes(file), Session.class);
      if (session == null || session.accessToken() == null) {
        throw unreadable();
      }
      session.urls();
      return Optional.of(session);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JacksonException | IllegalArgumentException | NullPointerException e) {
      throw unreadable();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(Session session) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      Files.createDirectories(folder, only("rwx------"));
      Path next = Files.createTempFile(folder, "session", ".tmp", only("rw-------"));
      try {
        Files.write(next, mapper.writeValueAsBytes(session));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(next);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @return whether there was one
   */
  boolean delete() {
    try {
      return Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private CliException unreadable() {
    return new CliException(
        ExitCode.USAGE,
        "the session file " + file + " is damaged; remove it with ./minsight auth logout");
  }

  /** On a file system without POSIX permissions the user's own profile folder has to do. */
  private static FileAttribute<?>[] only(String permissions) {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
