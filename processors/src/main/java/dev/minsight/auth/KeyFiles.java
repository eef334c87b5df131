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
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The pair of keys that tokens are signed and verified with, as PEM files in {@code <home>/keys}.
 * Other services read the public one from there, so a pair that fits is never touched; a pair that
 * is missing, damaged or does not fit together at start is replaced.
 *
 * <p>A pair that an operator puts there is taken up while the server runs, once both halves are
 * there. The public key it replaces is kept in {@code <home>/keys/previous} as long as tokens
 * signed with it may live, also over a restart.
 */
@Component
class KeyFiles {

  private static final Logger LOG = LoggerFactory.getLogger(KeyFiles.class);

  /**
   * Either half is null when its file could never be read: a node without accounts has no private
   * key.
   */
  private record Pair(ECPrivateKey privateKey, ECPublicKey publicKey) {

    boolean isOf(ECPrivateKey otherPrivate, ECPublicKey otherPublic) {
      return privateKey == otherPrivate && publicKey == otherPublic;
    }

    /** Signing with one and verifying with the other tells whether two keys are a pair. */
    boolean fits() {
      try {
        JWSObject probe = new JWSObject(new JWSHeader(JWSAlgorithm.ES256), new Payload("probe"));
        probe.sign(new ECDSASigner(privateKey));
        return probe.verify(new ECDSAVerifier(publicKey));
      } catch (JOSEException e) {
        return false;
      }
    }
  }

  private final Path privateFile;
  private final Path publicFile;
  private final WatchedFile<ECPrivateKey> privateKey;
  private final WatchedFile<ECPublicKey> publicKey;
  private final PreviousKeys previous;
  private final boolean issues;
  private volatile Pair inForce = new Pair(null, null);
  private volatile Pair refused = inForce;

  KeyFiles(MinsightProperties settings, Clock clock) {
    Path keys = settings.home().resolve("keys");
    this.privateFile = keys.resolve("private_key.pem");
    this.publicFile = keys.resolve("public_key.pem");
    this.privateKey = new WatchedFile<>(privateFile, Pem::privateKey);
    this.publicKey = new WatchedFile<>(publicFile, Pem::publicKey);
    Duration life = Duration.ofMinutes(settings.auth().tokenExpireMinutes());
    Duration overlap = life.compareTo(Tokens.LINK_LIFE) > 0 ? life : Tokens.LINK_LIFE;
    this.previous = new PreviousKeys(keys.resolve("previous"), overlap, clock);
    this.issues = settings.runs(MinsightProperties.Role.AUTH);
    if (issues) {
      makeIfNeeded();
    }
    current();
  }

  ECPrivateKey privateKey() {
    return present(current().privateKey(), privateFile, "Private");
  }

  ECPublicKey publicKey() {
    return present(current().publicKey(), publicFile, "Public");
  }

  /** Keys that were replaced, as long as tokens signed with them are accepted. */
  List<ECPublicKey> previousKeys() {
    return previous.valid();
  }

  /**
   * Signs with a new pair from now on. A crash in the middle leaves halves that do not fit: the
   * next start makes a pair, and the one before is among the previous keys already.
   *
   * @throws ApiException 409 where tokens are not issued
   */
  synchronized void rotate() {
    if (!issues) {
      throw new ApiException(409, "This server does not run the role auth; ask the one that does");
    }
    try {
      previous.keep(publicKey());
      makePair();
      current();
    } catch (IOException e) {
      throw new UncheckedIOException("the keys in " + privateFile.getParent() + " stay", e);
    }
  }

  private static <K> K present(K key, Path file, String kind) {
    if (key == null) {
      throw new ApiException(
          500,
          kind + " key not found at " + file + ". The server that runs the role auth makes it.");
    }
    return key;
  }

  /** The pair in force, after a look whether the files hold another one by now. */
  private Pair current() {
    ECPrivateKey nowPrivate = privateKey.get();
    ECPublicKey nowPublic = publicKey.get();
    Pair known = inForce;
    return known.isOf(nowPrivate, nowPublic) || refused.isOf(nowPrivate, nowPublic)
        ? known
        : takeUp(new Pair(nowPrivate, nowPublic));
  }

  private synchronized Pair takeUp(Pair found) {
    Pair known = inForce;
    if (known.isOf(found.privateKey(), found.publicKey())) {
      return known; // another thread was faster
    }
    if (known.publicKey() != null && found.privateKey() != null && !found.fits()) {
      refused = found; // half of a new pair: the other half is still on its way
      return known;
    }
    if (known.publicKey() != null && !known.publicKey().equals(found.publicKey())) {
      LOG.info("{} holds another key; tokens of the previous one run out", publicFile);
      try {
        previous.keep(known.publicKey());
        if (found.privateKey() != null) {
          KeyFolder.restrict(privateFile);
        }
      } catch (IOException e) {
        LOG.warn("Tokens signed with the previous key may end here: {}", e.toString());
      }
    }
    inForce = found;
    return found;
  }

  private void makeIfNeeded() {
    try {
      previous.removeExpired();
      if (Files.exists(privateFile) && Files.exists(publicFile)) {
        if (fit()) {
          KeyFolder.restrict(privateFile);
          return;
        }
        LOG.warn(
            "The keys in {} are damaged or do not belong together; new ones are made, and tokens"
                + " issued so far end here",
            privateFile.getParent());
      }
      makePair();
    } catch (IOException e) {
      throw new ConfigurationException(
          "the keys in " + privateFile.getParent() + " cannot be written: " + e.getMessage(), e);
    }
  }

  private void makePair() throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      KeyFolder.writePrivate(privateFile, Pem.of((ECPrivateKey) pair.getPrivate()));
      KeyFolder.writePublic(publicFile, Pem.of((ECPublicKey) pair.getPublic()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java cannot make P-256 keys", e);
    }
  }

  private boolean fit() {
    try {
      return new Pair(
              Pem.privateKey(Files.readString(privateFile)),
              Pem.publicKey(Files.readString(publicFile)))
          .fits();
    } catch (IOException e) {
      return false;
    }
  }
}
