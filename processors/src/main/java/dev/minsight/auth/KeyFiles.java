package dev.minsight.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import dev.minsight.support.ApiException;
import dev.minsight.support.ConfigurationException;
import dev.minsight.support.MinsightProperties;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The pair of keys that tokens are signed and verified with, as PEM files in {@code <home>/keys}.
 * Other services read the public one from there, so a pair that fits is never touched; a pair that
 * is missing, damaged or does not fit together is replaced. Files that an operator replaces are
 * taken up while the server runs.
 */
@Component
class KeyFiles {

  private static final Logger LOG = LoggerFactory.getLogger(KeyFiles.class);
  private static final String OWNER_ONLY = "rw-------";

  private final Path privateFile;
  private final Path publicFile;
  private final WatchedFile<ECPrivateKey> privateKey;
  private final WatchedFile<ECPublicKey> publicKey;

  KeyFiles(MinsightProperties settings) {
    Path keys = settings.home().resolve("keys");
    this.privateFile = keys.resolve("private_key.pem");
    this.publicFile = keys.resolve("public_key.pem");
    this.privateKey = new WatchedFile<>(privateFile, Pem::privateKey);
    this.publicKey = new WatchedFile<>(publicFile, Pem::publicKey);
    if (settings.runs(MinsightProperties.Role.AUTH)) {
      makeIfNeeded();
    }
  }

  ECPrivateKey privateKey() {
    return present(privateKey.get(), privateFile, "Private");
  }

  ECPublicKey publicKey() {
    return present(publicKey.get(), publicFile, "Public");
  }

  private static <K> K present(K key, Path file, String kind) {
    if (key == null) {
      throw new ApiException(
          500,
          kind + " key not found at " + file + ". The server that runs the role auth makes it.");
    }
    return key;
  }

  private void makeIfNeeded() {
    try {
      if (Files.exists(privateFile) && Files.exists(publicFile)) {
        if (fit()) {
          restrict(privateFile);
          return;
        }
        LOG.warn(
            "The keys in {} are damaged or do not belong together; new ones are made, and tokens"
                + " issued so far end here",
            privateFile.getParent());
      }
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      write(privateFile, Pem.of((ECPrivateKey) pair.getPrivate()), OWNER_ONLY);
      write(publicFile, Pem.of((ECPublicKey) pair.getPublic()), "rw-r--r--");
    } catch (IOException e) {
      throw new ConfigurationException(
          "the keys in " + privateFile.getParent() + " cannot be written: " + e.getMessage(), e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java cannot make P-256 keys", e);
    }
  }

  /** Signing with one and verifying with the other tells whether two keys are a pair. */
  private boolean fit() {
    try {
      JWSObject probe = new JWSObject(new JWSHeader(JWSAlgorithm.ES256), new Payload("probe"));
      probe.sign(new ECDSASigner(Pem.privateKey(Files.readString(privateFile))));
      return probe.verify(new ECDSAVerifier(Pem.publicKey(Files.readString(publicFile))));
    } catch (IOException | JOSEException e) {
      return false;
    }
  }

  /** Whole or not at all: written beside, forced to disk, then renamed into place. */
  private static void write(Path file, String text, String mode) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    FileAttribute<?>[] attributes =
        posix(file)
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
            }
            : new FileAttribute<?>[0];
    try (FileChannel channel =
        FileChannel.open(
            fresh, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void restrict(Path file) throws IOException {
    if (posix(file)) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(OWNER_ONLY));
    }
  }

  private static boolean posix(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
