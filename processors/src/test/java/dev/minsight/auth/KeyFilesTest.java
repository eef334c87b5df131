package dev.minsight.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.support.ApiException;
import dev.minsight.support.MinsightProperties;
import dev.minsight.testing.Contract;
import dev.minsight.testing.HandClock;
import dev.minsight.testing.TestSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFilesTest {

  private final HandClock clock = new HandClock(Instant.parse("2026-01-31T12:00:00Z"));
  @TempDir Path home;
  private Path privateFile;
  private Path publicFile;

  @BeforeEach
  void makeFolder() throws IOException {
    Path keys = Files.createDirectories(home.resolve("keys"));
    privateFile = keys.resolve("private_key.pem");
    publicFile = keys.resolve("public_key.pem");
  }

  private KeyFiles start() {
    return new KeyFiles(TestSettings.at(home), clock);
  }

  @Test
  @DisplayName("Without keys a pair is made, PKCS #8 and SubjectPublicKeyInfo on P-256")
  @Contract({"auth.md 1 key files", "auth.md 1 key location", "auth.md 1 bootstrap keys"})
  void makesPair() throws IOException {
    start();

    assertThat(privateFile)
        .content()
        .startsWith("-----BEGIN PRIVATE KEY-----\n")
        .endsWith("-----END PRIVATE KEY-----\n");
    assertThat(publicFile).content().startsWith("-----BEGIN PUBLIC KEY-----\n");
    assertThat(Pem.publicKey(Files.readString(publicFile)).getW()).isNotNull();
    assertThat(home.resolve("keys")).isDirectoryNotContaining("glob:**.new");
  }

  @Test
  @DisplayName("Only the owner can read the private key, also one that was there before")
  void privateKeyIsPrivate() throws IOException {
    Assumptions.assumeTrue(
        home.getFileSystem().supportedFileAttributeViews().contains("posix"), "no file modes here");
    start();
    assertThat(mode(privateFile)).isEqualTo("rw-------");

    Files.setPosixFilePermissions(privateFile, PosixFilePermissions.fromString("rw-r--r--"));
    start();
    assertThat(mode(privateFile)).isEqualTo("rw-------");
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  @DisplayName("A pair that fits outlives restarts")
  @Contract("auth.md 1 bootstrap keys")
  void keepsPair() throws IOException {
    start();
    String before = Files.readString(privateFile) + Files.readString(publicFile);

    start();

    assertThat(Files.readString(privateFile) + Files.readString(publicFile)).isEqualTo(before);
  }

  @Test
  @DisplayName("A missing, damaged or foreign half means a new pair")
  @Contract("auth.md 1 bootstrap keys")
  void replacesBrokenPair() throws IOException {
    start();
    String foreign = Files.readString(publicFile);
    Files.delete(publicFile);
    assertPairIsNew(privateFile);
    Files.delete(privateFile);
    assertPairIsNew(publicFile);
    Files.writeString(privateFile, "-----BEGIN PRIVATE KEY-----\n%%%\n-----END PRIVATE KEY-----");
    assertPairIsNew(publicFile);
    Files.writeString(publicFile, foreign);
    assertPairIsNew(privateFile);
  }

  private void assertPairIsNew(Path survivor) throws IOException {
    String before = Files.readString(survivor);

    KeyFiles keys = start();

    assertThat(survivor).content().isNotEqualTo(before);
    assertThat(Pem.of(keys.publicKey())).isEqualTo(Files.readString(publicFile));
  }

  @Test
  @DisplayName("Keys that an operator replaces are taken up while the server runs, both at once")
  @Contract("auth.md 2 key source")
  void takesUpReplacedKeys(@TempDir Path other) throws IOException {
    KeyFiles running = start();
    String before = Pem.of(running.publicKey());
    makePair(other);

    replace(other, publicFile);
    assertThat(Pem.of(running.publicKey())).as("half of a pair is not used").isEqualTo(before);
    replace(other, privateFile);

    assertThat(Pem.of(running.publicKey()))
        .isNotEqualTo(before)
        .isEqualTo(Files.readString(other.resolve("keys/public_key.pem")));
    assertThat(Pem.of(running.privateKey()))
        .isEqualTo(Files.readString(other.resolve("keys/private_key.pem")));
    assertThat(running.previousKeys()).extracting(Pem::of).containsExactly(before);
  }

  private void makePair(Path other) throws IOException {
    Files.createDirectories(other.resolve("keys"));
    new KeyFiles(TestSettings.at(other), clock);
  }

  /** As an operator does; the time stamp moves although tests are fast. */
  private void replace(Path other, Path file) throws IOException {
    Path source = other.resolve("keys").resolve(file.getFileName());
    Files.copy(source, file, StandardCopyOption.REPLACE_EXISTING);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
  }

  @Test
  @DisplayName("The key before a rotation counts until the last token signed with it has expired")
  void previousKeyRunsOut() throws IOException {
    KeyFiles running = start();
    String before = Pem.of(running.publicKey());

    running.rotate();

    assertThat(Pem.of(running.publicKey()))
        .isNotEqualTo(before)
        .isEqualTo(Files.readString(publicFile));
    assertThat(home.resolve("keys/previous/until-20260131T123001Z.pem"))
        .content()
        .isEqualTo(before);
    clock.forward(Duration.ofMinutes(30));
    assertThat(start().previousKeys())
        .as("also over a restart")
        .extracting(Pem::of)
        .containsExactly(before);
    clock.forward(Duration.ofSeconds(1));
    assertThat(running.previousKeys()).isEmpty();
    assertThat(home.resolve("keys/previous")).isEmptyDirectory();
  }

  @Test
  @DisplayName("Two rotations leave two keys that count, each as long as its own tokens")
  void twoRotations() {
    KeyFiles running = start();
    running.rotate();
    clock.forward(Duration.ofMinutes(20));
    running.rotate();

    assertThat(running.previousKeys()).hasSize(2);
    clock.forward(Duration.ofMinutes(11));
    assertThat(running.previousKeys()).hasSize(1);
  }

  @Test
  @DisplayName("An operator who deletes the previous keys ends their tokens at once")
  void leakedKey() throws IOException {
    KeyFiles running = start();
    running.rotate();

    try (var files = Files.list(home.resolve("keys/previous"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }

    assertThat(running.previousKeys()).isEmpty();
  }

  @Test
  @DisplayName("A crash between the halves of a new pair costs no token that was issued")
  void crashWhileRotating(@TempDir Path other) throws IOException {
    KeyFiles running = start();
    String before = Pem.of(running.publicKey());
    running.rotate();
    makePair(other);
    Files.copy(
        other.resolve("keys/private_key.pem"), privateFile, StandardCopyOption.REPLACE_EXISTING);

    KeyFiles restarted = start();

    assertThat(restarted.previousKeys()).extracting(Pem::of).containsExactly(before);
    assertThat(Pem.of(restarted.publicKey())).isEqualTo(Files.readString(publicFile));
  }

  @Test
  @DisplayName("A rotated private key is the owner's alone")
  void rotatedKeyIsPrivate() throws IOException {
    Assumptions.assumeTrue(
        home.getFileSystem().supportedFileAttributeViews().contains("posix"), "no file modes here");
    start().rotate();

    assertThat(mode(privateFile)).isEqualTo("rw-------");
  }

  @Test
  @DisplayName(
      "A node that only verifies says where it looked for the key, and reads it once there")
  @Contract({"auth.md 2 key source", "auth.md 2 key file missing", "store.md 2 JWT"})
  void verifyingNode(@TempDir Path other) throws IOException {
    MinsightProperties all = TestSettings.at(home);
    KeyFiles verifier =
        new KeyFiles(
            new MinsightProperties(
                home,
                all.host(),
                EnumSet.of(MinsightProperties.Role.STORE),
                all.ports(),
                all.mqtt(),
                all.auth(),
                all.api(),
                all.ingest(),
                all.media(),
                all.compute(),
                all.worker(),
                all.pipeline(),
                all.housekeeping(),
                all.models()),
            clock);

    assertThatThrownBy(verifier::publicKey)
        .isInstanceOfSatisfying(
            ApiException.class, failure -> assertThat(failure.status()).isEqualTo(500))
        .hasMessageStartingWith("Public key not found at " + publicFile + ". ");
    assertThat(publicFile).doesNotExist();

    makePair(other);
    replace(other, publicFile);
    assertThat(Pem.of(verifier.publicKey())).isEqualTo(Files.readString(publicFile));
  }

  @Test
  @DisplayName("A key file that is damaged or gone leaves the last good key in force")
  void keepsLastGoodKey() throws IOException {
    KeyFiles running = start();
    String before = Pem.of(running.publicKey());

    Files.writeString(publicFile, "oops");
    assertThat(Pem.of(running.publicKey())).isEqualTo(before);
    Files.delete(publicFile);
    assertThat(Pem.of(running.publicKey())).isEqualTo(before);
  }
}
