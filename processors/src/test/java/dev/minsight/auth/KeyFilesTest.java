package dev.minsight.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.TestSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFilesTest {

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
    return new KeyFiles(TestSettings.at(home));
  }

  @Test
  @DisplayName("Without keys a pair is made, PKCS #8 and SubjectPublicKeyInfo on P-256")
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
  void keepsPair() throws IOException {
    start();
    String before = Files.readString(privateFile) + Files.readString(publicFile);

    start();

    assertThat(Files.readString(privateFile) + Files.readString(publicFile)).isEqualTo(before);
  }

  @Test
  @DisplayName("A missing, damaged or foreign half means a new pair")
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
  @DisplayName("Keys that an operator replaces are taken up while the server runs")
  void takesUpReplacedKeys(@TempDir Path other) throws IOException {
    KeyFiles running = start();
    String before = Pem.of(running.publicKey());
    Files.createDirectories(other.resolve("keys"));
    new KeyFiles(TestSettings.at(other));

    Files.copy(
        other.resolve("keys/public_key.pem"),
        publicFile,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Files.setLastModifiedTime(publicFile, FileTime.fromMillis(1_000_000));

    assertThat(Pem.of(running.publicKey()))
        .isNotEqualTo(before)
        .isEqualTo(Files.readString(other.resolve("keys/public_key.pem")));
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
